import type { Day } from '../calendar/day.js';
import { added, valueOn, type Since } from '../calendar/since.js';
import type { Decider } from '../eventsourcing/decider.js';
import { reasonFor } from '../plan/plan.js';
import { Refusal } from '../problems.js';
import type { DirectoryEvent, Members } from './directory.events.js';

interface Because {
  readonly reason?: string | undefined;
  readonly decidedBy?: string | undefined;
}

export interface NewDivision {
  readonly division: string;
  readonly isCollective?: boolean | undefined;
  readonly members?: Members | undefined;
  readonly onlyInDisaster?: boolean | undefined;
}

/** What is to be recorded. */
export type DirectoryOrder =
  /** As a plan names them: those that the directory knows already are left as they are. */
  | { readonly kind: 'enter'; readonly divisions: readonly NewDivision[] }
  | (NewDivision & Because & { readonly kind: 'establish' })
  | (Because & { readonly kind: 'rename'; readonly division: string; readonly name: string })
  /** One that is there in a disaster only. */
  | (Because & { readonly kind: 'setUp'; readonly division: string })
  | (Because & { readonly kind: 'abolish'; readonly division: string; readonly successors: readonly string[] })
  | (Because & { readonly kind: 'define'; readonly division: string; readonly members: Members })
  | (Because & { readonly kind: 'fill'; readonly post: string; readonly person: string | null });

export type DirectoryCommand = DirectoryOrder & {
  readonly town: string;
  readonly today: Day;
  readonly effectiveOn?: Day | undefined;
  /** What only the division answers for on that day: numbers of measures. */
  readonly answersFor?: readonly string[] | undefined;
};

interface DivisionState {
  readonly isCollective: boolean;
  readonly isOnlyInDisaster: boolean;
  /** In the order of their days. */
  readonly names: readonly Since<string>[];
  readonly exists: readonly Since<boolean>[];
}

export interface DirectoryState {
  /** By key. */
  readonly divisions: ReadonlyMap<string, DivisionState>;
  readonly posts: ReadonlyMap<string, readonly Since<string | null>[]>;
}

/** The divisions of a town over time, and who holds its posts. Any of it may be decided in advance. */
export const directory: Decider<DirectoryCommand, DirectoryState, DirectoryEvent> = {
  initial: { divisions: new Map(), posts: new Map() },

  evolve(state, event) {
    switch (event.type) {
      case 'DivisionEstablished': {
        const { division, isCollective, onlyInDisaster: isOnlyInDisaster = false } = event.data;
        const from = event.effectiveOn;
        const names = [{ from, value: division }];
        const established = { isCollective, isOnlyInDisaster, names, exists: [{ from, value: !isOnlyInDisaster }] };
        return { ...state, divisions: new Map(state.divisions).set(division, established) };
      }
      case 'DivisionRenamed': {
        const { division, name } = event.data;
        return changed(state, division, (of) => ({ ...of, names: added(of.names, event.effectiveOn, name) }));
      }
      case 'DivisionSetUp':
      case 'DivisionAbolished': {
        const exists = event.type === 'DivisionSetUp';
        return changed(state, event.data.division, (of) => ({
          ...of,
          exists: added(of.exists, event.effectiveOn, exists),
        }));
      }
      case 'CollectiveDefined':
        return state;
      case 'PostFilled': {
        const { post, person } = event.data;
        const held = added(state.posts.get(post) ?? [], event.effectiveOn, person);
        return { ...state, posts: new Map(state.posts).set(post, held) };
      }
    }
  },

  decide(command, state) {
    const { town, today } = command;
    const effectiveOn = command.effectiveOn ?? today;
    switch (command.kind) {
      case 'enter':
        return command.divisions
          .filter(({ division }) => !state.divisions.has(division))
          .map((division) => established(town, effectiveOn, division));
      case 'establish': {
        const { division, members, isCollective = false } = command;
        if (members !== undefined && !isCollective)
          throw new Refusal('DIVISION_NOT_COLLECTIVE', ['input', 'members'], division);
        if (state.divisions.has(division)) throw new Refusal('DIVISION_EXISTS', ['input', 'division'], division);
        requireFreeName(state, division, effectiveOn, 'division');
        requireMembers(state, members, effectiveOn);
        const { reason, decidedBy } = command;
        const event = established(town, effectiveOn, command);
        return [{ ...event, data: { ...event.data, reason, decidedBy } }];
      }
      case 'rename': {
        const { division, name, decidedBy } = command;
        const { names } = nameable(state, division, effectiveOn);
        const former = valueOn(names, effectiveOn) ?? division;
        if (former === name) throw new Refusal('NAME_UNCHANGED', ['input', 'name'], name);
        requireFreeName(state, name, effectiveOn, 'name', division);
        const data = { town, division, former, name, reason: reasonFor(command.reason), decidedBy };
        return [{ type: 'DivisionRenamed', effectiveOn, data }];
      }
      case 'setUp': {
        const { division, reason, decidedBy } = command;
        const known = state.divisions.get(division);
        if (!known) throw new Refusal('DIVISION_NOT_FOUND', ['input', 'division'], division);
        if (!known.isOnlyInDisaster) throw new Refusal('DIVISION_NOT_FOR_DISASTERS', ['input', 'division'], division);
        if (existsOn(known, effectiveOn)) throw new Refusal('DIVISION_EXISTS', ['input', 'division'], division);
        return [{ type: 'DivisionSetUp', effectiveOn, data: { town, division, reason, decidedBy } }];
      }
      case 'abolish': {
        const { division, successors, decidedBy } = command;
        existing(state, division, effectiveOn, 'division');
        for (const successor of successors) {
          if (successor === division) throw new Refusal('DIVISION_NOT_FOUND', ['input', 'successors'], successor);
          existing(state, successor, effectiveOn, 'successors');
        }
        const { answersFor = [] } = command;
        if (successors.length === 0 && answersFor.length > 0)
          throw new Refusal('DIVISION_ANSWERS', ['input', 'successors'], answersFor.join(', '));
        const data = { town, division, successors: [...successors], reason: reasonFor(command.reason), decidedBy };
        return [{ type: 'DivisionAbolished', effectiveOn, data }];
      }
      case 'define': {
        const { division, members, decidedBy } = command;
        if (!existing(state, division, effectiveOn, 'division').isCollective)
          throw new Refusal('DIVISION_NOT_COLLECTIVE', ['input', 'division'], division);
        requireMembers(state, members, effectiveOn);
        const data = { town, division, members, reason: reasonFor(command.reason), decidedBy };
        return [{ type: 'CollectiveDefined', effectiveOn, data }];
      }
      case 'fill': {
        const { post, person, reason, decidedBy } = command;
        return [{ type: 'PostFilled', effectiveOn, data: { town, post, person, reason, decidedBy } }];
      }
    }
  },
};

/** The key of the division that goes by a name on a day. */
export function keyNamed({ divisions }: DirectoryState, name: string, day: Day): string | undefined {
  for (const [key, division] of divisions) {
    if (keepsName(division, day) && valueOn(division.names, day) === name) return key;
  }
  return undefined;
}

/** Whether a division of that key is there on a day, or would be in a disaster. */
export function isDivision({ divisions }: DirectoryState, key: string, day: Day): boolean {
  const division = divisions.get(key);
  return division !== undefined && (division.isOnlyInDisaster || existsOn(division, day));
}

/** The posts that a person holds on a day. */
export const postsOf = (state: DirectoryState, person: string, day: Day): string[] =>
  [...state.posts.keys()].filter((post) => holderOf(state, post, day) === person);

/** Who holds a post on a day: a pseudonymous id, if anybody. */
export const holderOf = ({ posts }: DirectoryState, post: string, day: Day): string | undefined =>
  valueOn(posts.get(post) ?? [], day) ?? undefined;

const established = (
  town: string,
  effectiveOn: Day,
  { division, isCollective = false, members, onlyInDisaster }: NewDivision,
): Extract<DirectoryEvent, { type: 'DivisionEstablished' }> => ({
  type: 'DivisionEstablished',
  effectiveOn,
  data: { town, division, isCollective, members, onlyInDisaster },
});

const existsOn = ({ exists }: DivisionState, day: Day): boolean => valueOn(exists, day) === true;

/** From a day on, as long as it is there, is to be, or would be in a disaster. */
const keepsName = (division: DivisionState, day: Day): boolean =>
  division.isOnlyInDisaster ||
  existsOn(division, day) ||
  division.exists.some(({ from, value }) => value && from > day);

/** @throws Refusal DIVISION_NOT_FOUND: unknown, not yet, or no longer */
function existing({ divisions }: DirectoryState, key: string, day: Day, field: string): DivisionState {
  const division = divisions.get(key);
  if (!division || !existsOn(division, day))
    throw new Refusal('DIVISION_NOT_FOUND', ['input', field], `${key}: ${day}`);
  return division;
}

/** @throws Refusal DIVISION_NOT_FOUND: not there, and not one that would be in a disaster */
function nameable(state: DirectoryState, key: string, day: Day): DivisionState {
  const division = state.divisions.get(key);
  return division?.isOnlyInDisaster === true ? division : existing(state, key, day, 'division');
}

function requireFreeName({ divisions }: DirectoryState, name: string, day: Day, field: string, own?: string): void {
  for (const [key, division] of divisions) {
    if (key !== own && keepsName(division, day) && valueOn(division.names, day) === name)
      throw new Refusal('DIVISION_EXISTS', ['input', field], name);
  }
}

function requireMembers(state: DirectoryState, members: Members | undefined, day: Day): void {
  if (members === undefined || members === 'all') return;
  if (members.length === 0) throw new Refusal('INVALID_INPUT', ['input', 'members'], '[]');
  for (const member of members) {
    if (existing(state, member, day, 'members').isCollective)
      throw new Refusal('DIVISION_NOT_FOUND', ['input', 'members'], member);
  }
}

const changed = (
  state: DirectoryState,
  key: string,
  change: (division: DivisionState) => DivisionState,
): DirectoryState => {
  const division = state.divisions.get(key);
  return division ? { ...state, divisions: new Map(state.divisions).set(key, change(division)) } : state;
};
