import { Injectable } from '@nestjs/common';
import type { Day } from '../calendar/day.js';
import { Ledger, uuidOf } from '../eventsourcing/handle.js';
import { Projector } from '../eventsourcing/projector.js';
import { PlanReader } from '../plan/plan-reader.js';
import { access, type AccessState, type Description, type SealedDescription } from './access.js';
import { ACCESS_SCOPE, GRANT, PERSON_ID, personStream, personSubject, type GrantValue } from './access.events.js';
import type { AccessTokenView, RoleGrant } from './access.types.js';
import { PersonalData } from './personal-data.js';

export interface PersonView {
  readonly id: string;
  readonly isErased: boolean;
  /** Who it is, sealed. */
  readonly description: SealedDescription | undefined;
  /** Only what it has to do with this plan is shown. */
  readonly within?: string;
  readonly grants: readonly RoleGrant[];
  readonly tokens: readonly AccessTokenView[];
}

/** Reads people: one from the ledger itself, many from the views. */
@Injectable()
export class AccessReader {
  constructor(
    private readonly ledger: Ledger,
    private readonly projector: Projector,
    private readonly plans: PlanReader,
    private readonly personalData: PersonalData,
  ) {}

  today(): Promise<Day> {
    return this.plans.today('');
  }

  async person(id: string): Promise<PersonView | null> {
    const { exists, isErased, description, grants, tokens } = await this.#state(id);
    if (!exists) return null;
    return {
      ...{ id, isErased, description },
      grants: grants.map(({ division = null, to = null, ...grant }) => ({ ...grant, division, to, isRevoked: false })),
      tokens: tokens.map(({ name, label = null, scope, expiresAtMs, isRevoked }) => ({
        id: name,
        person: id,
        label,
        scope,
        expiresAt: new Date(expiresAtMs),
        isRevoked,
      })),
    };
  }

  /** Who it is, as far as that was said and is not erased. @throws Refusal PERSON_KEY_MISSING */
  describe({ id, description }: Pick<PersonView, 'id' | 'description'>): Description | undefined {
    return this.personalData.open(id, description);
  }

  /** The name of a person; undefined: nobody said it, or it was erased. @throws Refusal PERSON_KEY_MISSING */
  async nameOf(id: string): Promise<string | undefined> {
    if (!PERSON_ID.test(id)) return undefined;
    return this.personalData.open(id, (await this.#state(id)).description)?.name;
  }

  async hasLink(id: string, name: string): Promise<boolean> {
    return (await this.#state(id)).links.some((link) => link.name === name);
  }

  /** Those with a role in a plan, as far as it goes there; `withNewcomers` also those who have none anywhere yet. */
  async withRoleIn(planKey: string, withNewcomers = false): Promise<PersonView[]> {
    const { position } = await this.projector.views.bookmark();
    const facts = await this.projector.views.timeline.facts(ACCESS_SCOPE, { day: await this.today(), position });
    const prefix = personSubject('');
    const subjects = facts.subjects(prefix).filter((subject) => {
      const grants = facts.entries<GrantValue>(subject, GRANT);
      return grants.some(({ value }) => value.planKey === planKey) || (withNewcomers && grants.length === 0);
    });
    const people = await Promise.all(subjects.map((subject) => this.person(subject.slice(prefix.length))));
    return people
      .filter((person) => person !== null)
      .map((person) => ({
        ...person,
        within: planKey,
        grants: person.grants.filter((grant) => grant.planKey === planKey),
      }));
  }

  /** An id that tells nothing, the same for a repetition of the same request. */
  newPerson(actor: string, request: string): string {
    return `p${uuidOf('person', actor, request).replaceAll('-', '').slice(0, 12)}`;
  }

  #state(id: string): Promise<AccessState> {
    return this.ledger.state(access, personStream(id));
  }
}
