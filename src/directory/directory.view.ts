import type { Facts } from '../eventsourcing/timeline.js';
import {
  DESK,
  divisionSubject,
  EXISTENCE,
  HOLDER,
  MEMBERS,
  NAME,
  ONLY_IN_DISASTER,
  postSubject,
  type Existence,
  type Members,
} from './directory.events.js';

/** A division as of one point. */
export interface DivisionView {
  /** The name it was first recorded under: it never changes. */
  readonly key: string;
  readonly name: string;
  /** Stands for several divisions. */
  readonly isCollective: boolean;
  /** Is there, as of that day. */
  readonly exists: boolean;
  readonly isOnlyInDisaster: boolean;
  readonly members: readonly DivisionView[];
  /** Who took over, when it is no more. */
  readonly successors: readonly DivisionView[];
}

export interface PostView {
  readonly post: string;
  /** A pseudonymous id; `null`: nobody. */
  readonly holder: string | null;
}

/** The divisions of a town as of one point. */
export class Directory {
  readonly #divisions = new Map<string, DivisionView>();

  constructor(private readonly facts: Facts) {}

  get divisions(): DivisionView[] {
    return this.#keys().map((key) => this.division(key));
  }

  get posts(): PostView[] {
    const prefix = postSubject('');
    return this.facts.subjects(prefix).map((subject) => ({
      post: subject.slice(prefix.length),
      holder: this.facts.get<string | null>(subject, HOLDER)?.value ?? null,
    }));
  }

  /** One that is not known is named as it is called. */
  division(key: string): DivisionView {
    const made = this.#divisions.get(key);
    if (made) return made;
    const subject = divisionSubject(key);
    const { exists, successors = [] } = this.facts.get<Existence>(subject, EXISTENCE)?.value ?? { exists: true };
    const members = this.facts.get<Members>(subject, MEMBERS)?.value ?? [];
    const view: DivisionView & { members: readonly DivisionView[]; successors: readonly DivisionView[] } = {
      key,
      name: this.facts.get<string>(subject, NAME)?.value ?? key,
      isCollective: this.facts.get<boolean>(subject, 'isCollective')?.value ?? false,
      exists,
      isOnlyInDisaster: this.facts.get<boolean>(subject, ONLY_IN_DISASTER)?.value ?? false,
      members: [],
      successors: [],
    };
    // Registered first: a circle of successors ends here.
    this.#divisions.set(key, view);
    Object.assign(view, {
      members: members === 'all' ? this.#all() : members.map((member) => this.division(member)),
      successors: successors.map((successor) => this.division(successor)),
    });
    return view;
  }

  /** The divisions that answer for owners: of those responsible the ones that are there. */
  answering(owners: readonly DivisionView[]): DivisionView[] {
    return this.responsible(owners).filter(({ exists }) => exists);
  }

  /**
   * The divisions that may act for owners: behind a collective one its members (itself, as long as they are not known),
   * after an abolished one its successors, one for disasters whether it is set up or not.
   */
  responsible(owners: readonly DivisionView[]): DivisionView[] {
    const found = new Set<DivisionView>();
    const seen = new Set<DivisionView>();
    const visit = (division: DivisionView): void => {
      if (seen.has(division)) return;
      seen.add(division);
      if (!division.exists && !division.isOnlyInDisaster) division.successors.forEach(visit);
      else if (division.isCollective && division.members.length > 0) division.members.forEach(visit);
      else found.add(division);
    };
    owners.forEach(visit);
    return [...found];
  }

  #all(): DivisionView[] {
    return this.divisions.filter((division) => division.exists && !division.isCollective && !division.isOnlyInDisaster);
  }

  #keys(): string[] {
    const prefix = divisionSubject('');
    return this.facts
      .subjects(prefix)
      .filter((subject) => this.facts.get(subject, EXISTENCE) !== undefined)
      .map((subject) => subject.slice(prefix.length));
  }
}

/** What everybody may read of a subject. */
export const isPublicAttribute = (attribute: string): boolean => !attribute.startsWith(DESK);
