import { Injectable } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import type { FiscalYear } from '../calendar/fiscal-year.js';
import { PlanReader } from '../plan/plan-reader.js';
import { Refusal } from '../problems.js';
import { grantsOn, type Grant } from './access.js';
import { recordedActor, type Actor } from './actor.js';
import { Authenticator, unauthenticated } from './token-authenticator.js';
import {
  OPEN_MUTATIONS,
  PERMISSIONS,
  placeOf,
  roleOf,
  SEES_WORK,
  type Allowance,
  type MutationName,
  type Place,
} from './permissions.js';

/** What somebody wants to act on, as far as his right depends on it. */
export interface Matter {
  /** Not said: whatever plan. */
  readonly planKey?: string | undefined;
  readonly measureNo?: string | undefined;
  /** Of a measure: who answers for that year. Default: who does today. */
  readonly fiscalYear?: FiscalYear | undefined;
  /** Of those that answer, the one for which it is done, or that wrote it. Default: whichever the caller may act for. */
  readonly division?: string | undefined;
  /** Whose roles, tokens or links it is about. */
  readonly personId?: string | undefined;
}

/** What a person signs in with is given, and who it is erased, only of whom has to do with a plan. */
const OF_A_PLAN: readonly MutationName[] = ['issueToken', 'issueSignInLink', 'erasePerson'];

interface Found {
  /** Whether any grant has one of the roles, wherever it counts. */
  readonly hasRole: boolean;
  /** The grant that allows it. */
  readonly grant: Grant | undefined;
}

/** Whether a caller may do something, by the grants in force today. */
@Injectable()
export class Rights {
  constructor(
    private readonly plans: PlanReader,
    private readonly authenticator: Authenticator,
  ) {}

  /**
   * Who acts, as the events will say it.
   *
   * @throws GraphQLError UNAUTHENTICATED, FORBIDDEN: not with the roles this caller has
   * @throws Refusal OUTSIDE_YOUR_DIVISION: with these roles, but not for this measure
   */
  async actingAs(actor: Actor, mutation: MutationName, matter: Matter): Promise<string> {
    if ((OPEN_MUTATIONS as readonly string[]).includes(mutation)) return actor.id;
    if (!actor.isAuthenticated) {
      throw unauthenticated(
        '書き込みには Authorization: Bearer <トークン> が必要です / writing needs a token: Authorization: Bearer <token>',
        200,
      );
    }
    if (!actor.mayWrite) throw forbidden();
    if (actor.isAdmin) return actor.id;
    const { hasRole, grant } =
      matter.personId === undefined
        ? await this.#find(actor, PERMISSIONS[mutation as keyof typeof PERMISSIONS], matter)
        : await this.#overPerson(actor, mutation, matter.personId, matter.planKey);
    if (grant) return recordedActor(actor.id, grant.division);
    if (hasRole) throw new Refusal('OUTSIDE_YOUR_DIVISION', ['input', 'measureNo'], matter.measureNo);
    throw forbidden();
  }

  /** Whether a caller would be allowed. */
  async may(actor: Actor, mutation: MutationName, matter: Matter): Promise<boolean> {
    try {
      await this.actingAs(actor, mutation, matter);
      return true;
    } catch (error) {
      if (error instanceof Refusal || error instanceof GraphQLError) return false;
      throw error;
    }
  }

  async sees(actor: Actor, allowances: readonly Allowance[], matter: Matter): Promise<boolean> {
    if (actor.isAdmin) return true;
    return actor.grants.length > 0 && (await this.#find(actor, allowances, matter)).grant !== undefined;
  }

  /** Of the divisions that report on a measure, those whose work a caller may read. */
  async authorsSeen(
    actor: Actor,
    of: { readonly planKey: string; readonly measureNo: string },
    divisions: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const authors = [...new Set(divisions)];
    const seen = await Promise.all(authors.map((division) => this.sees(actor, SEES_WORK, { ...of, division })));
    return new Set(authors.filter((_, i) => seen[i]));
  }

  /** The divisions for which a caller acts in a plan today, by key. */
  async divisionsOf(actor: Actor, planKey: string): Promise<ReadonlySet<string>> {
    const held = grantsOn(actor, await this.plans.today(planKey)).filter((grant) => grant.planKey === planKey);
    return new Set(held.flatMap(({ division }) => division ?? []));
  }

  async #find(actor: Actor, allowances: readonly Allowance[], matter: Matter): Promise<Found> {
    const { planKey, measureNo, division } = matter;
    const today = await this.plans.today(planKey ?? '');
    const inForce = grantsOn(actor, today);
    const held = inForce.filter((grant) => planKey === undefined || grant.planKey === planKey);
    const administers = held.find(({ role }) => role === 'admin');
    if (administers) return { hasRole: true, grant: administers };

    let hasRole = false;
    for (const allowance of allowances) {
      const place = placeOf(allowance);
      const withRole = held.filter(({ role }) => role === roleOf(allowance));
      if (withRole.length === 0) continue;
      hasRole = true;
      const [first] = withRole;
      if (place === undefined) return { hasRole, grant: first };
      if (planKey === undefined || measureNo === undefined) continue;
      const answering = await this.#behind(place, planKey, measureNo, matter);
      // What is asked of a measure that the plan does not have is told so by the command.
      const grant = answering
        ? withRole.find((held) => actsFor(held.division, answering, place === 'owner' ? division : undefined))
        : first;
      if (grant) return { hasRole, grant };
    }
    return { hasRole, grant: undefined };
  }

  /** The divisions whose grant counts, each with those that have taken over from it; `undefined`: no such measure. */
  async #behind(
    place: Place,
    planKey: string,
    measureNo: string,
    { fiscalYear, division }: Matter,
  ): Promise<ReadonlyMap<string, ReadonlySet<string>> | undefined> {
    switch (place) {
      case 'owner':
        return this.plans.answering(planKey, measureNo, fiscalYear, 'owners');
      case 'coordinating':
        return this.plans.answering(planKey, measureNo, fiscalYear, 'coordinators');
      case 'author':
        return new Map(division === undefined ? [] : [[division, await this.plans.takenOver(planKey, division)]]);
    }
  }

  /**
   * Who gives a person a right or a token must administer every plan that the person ever had to do with: nobody lifts
   * himself by another, nor keeps a way in that a right elsewhere is later added to.
   */
  async #overPerson(
    actor: Actor,
    mutation: MutationName,
    personId: string,
    planKey: string | undefined,
  ): Promise<Found> {
    const inForce = grantsOn(actor, await this.plans.today(planKey ?? ''));
    const administering = inForce.filter(({ role }) => role === 'admin');
    const { plans } = await this.authenticator.person(personId);
    const touched = planKey === undefined ? plans : [...plans, planKey];
    const isOfSome = touched.length > 0 || !OF_A_PLAN.includes(mutation);
    const isHis = isOfSome && touched.every((key) => administering.some((grant) => grant.planKey === key));
    return { hasRole: false, grant: isHis ? administering[0] : undefined };
  }
}

/** Whether a division is one of those that answer, or has taken over from one; of `only`, if that is said. */
const actsFor = (
  acting: string | undefined,
  answering: ReadonlyMap<string, ReadonlySet<string>>,
  only: string | undefined,
): boolean =>
  acting !== undefined &&
  [...answering].some(
    ([division, successors]) => (only ?? division) === division && (division === acting || successors.has(acting)),
  );

const forbidden = (): GraphQLError =>
  new GraphQLError('この操作の権限がありません / you have no right to do this', { extensions: { code: 'FORBIDDEN' } });
