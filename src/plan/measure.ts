import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import { sameDay, superseded, type Withdrawal } from '../eventsourcing/entries.js';
import { Refusal } from '../problems.js';
import {
  beginningOf,
  lifetimeAfter,
  notBefore,
  notEnded,
  unborn,
  type Lifetime,
  type MeasureEvent,
} from './lifetime.js';
import { measureSubject, type AdoptedSchedule, type MeasureAttributes, type RevisableName } from './plan.events.js';
import { because, defined, reasonFor, since, type Cited, type PlanRules } from './plan.js';
import {
  changedByFile,
  correctedValue,
  revised,
  valueOn,
  wordingsIn,
  wordingToReplace,
  type Wording,
} from './revision.js';
import { rowOf, type Cells } from './row.js';

/** Enter a measure of the plan, or what the file says otherwise than before. Nothing is recorded when nothing differs. */
export interface EnterMeasure {
  readonly kind: 'enter';
  readonly planKey: string;
  readonly measureNo: string;
  readonly attributes: MeasureAttributes;
  readonly adoptedOn: Day;
  readonly effectiveOn?: Day | undefined;
  readonly reason?: string | undefined;
}

/** What a revision says of a measure: only that is changed. */
export interface MeasureRevision {
  readonly title?: string | undefined;
  /** Divisions by key, or by their name on the day. */
  readonly owners?: readonly string[] | undefined;
  readonly coordinators?: readonly string[] | undefined;
  /** Years that are not named are blank. The side note stays. */
  readonly schedule?: Cells | undefined;
  readonly reason: string;
  readonly decidedBy?: string | undefined;
  readonly decisionId?: string | undefined;
  /** Default: today; of a correction, that of the entry. */
  readonly effectiveOn?: Day | undefined;
}

/** What is to be recorded. */
export type RevisionOrder =
  | (MeasureRevision & { readonly kind: 'revise' })
  | (MeasureRevision & { readonly kind: 'correct'; readonly entryId: string })
  | Withdrawal;

/** The key of a division by its key or its name on a day. @throws Refusal DIVISION_NOT_FOUND */
export type DivisionNamed = (name: string, day: Day, path: readonly string[]) => string;

export type MeasureCommand =
  | EnterMeasure
  | (RevisionOrder & {
      readonly plan: PlanRules;
      readonly measureNo: string;
      readonly today: Day;
      readonly cites?: Cited | undefined;
      readonly divisionNamed: DivisionNamed;
    });

export interface MeasureState {
  readonly lifetime: Lifetime;
  /** What the plan file last said. */
  readonly inFile: MeasureAttributes | undefined;
  /** It took the place of others, or did before that was taken back. */
  readonly isSuccessor: boolean;
  readonly wordings: readonly Wording[];
}

/** What a plan says of a measure: by its file, and as revised since. */
export const measure: Decider<MeasureCommand, MeasureState, MeasureEvent> = {
  initial: { lifetime: unborn, inFile: undefined, isSuccessor: false, wordings: [] },

  evolve(before, event) {
    const state = { ...before, lifetime: lifetimeAfter(before.lifetime, event) };
    const { wordings } = state;
    switch (event.type) {
      case 'MeasureAdopted': {
        const { planKey: _, measureNo: __, ...inFile } = event.data;
        return { ...state, inFile, wordings: wordingsIn(event, inFile, 'file') };
      }
      case 'MeasureRevised': {
        const { fromFile = false, corrects } = event.data;
        const changes = defined<MeasureAttributes>(event.data.changes);
        const left = corrects ? superseded(wordings, corrects) : wordings;
        const inFile = state.inFile && fromFile ? { ...state.inFile, ...changes } : state.inFile;
        return { ...state, inFile, wordings: [...left, ...wordingsIn(event, changes, fromFile ? 'file' : 'revision')] };
      }
      case 'MeasureRevisionWithdrawn':
        return { ...state, wordings: superseded(wordings, event.data.withdraws) };
      case 'SuccessorEntered': {
        const { title, policy, owners, coordinators, schedule } = event.data;
        const said = { title, policy, owners, coordinators, schedule };
        return { ...state, isSuccessor: true, wordings: wordingsIn(event, said, 'origin') };
      }
      case 'SuccessorWithdrawn':
      case 'InitiativeEntered':
      case 'InitiativeCorrected':
      case 'InitiativeWithdrawn':
      case 'MeasureSucceeded':
      case 'MeasureSuccessionWithdrawn':
      case 'MeasureEnded':
      case 'MeasureEndingCorrected':
      case 'MeasureEndingWithdrawn':
      case 'MeasureStatusChanged':
      case 'MeasureStatusCorrected':
      case 'MeasureStatusWithdrawn':
      case 'ScheduleShifted':
      case 'ScheduleShiftWithdrawn':
        return state;
    }
  },

  decide(command, state) {
    if (command.kind === 'enter') return enter(command, state);
    const { plan, measureNo, today } = command;
    const { lifetime, wordings } = state;
    const beginning = beginningOf(lifetime, measureNo);
    if (wordings.length === 0) throw new Refusal('MEASURE_NOT_FOUND', ['input', 'measureNo'], measureNo);
    const of = { planKey: plan.planKey, measureNo };
    const said = (day: Day, told: Told): Revised => {
      notBefore(beginning, plan, day);
      notEnded(lifetime, day);
      return saidOn(day, told, wordings);
    };

    switch (command.kind) {
      case 'revise': {
        const { effectiveOn = today } = command;
        const changes = revised(wordings, said(effectiveOn, command), effectiveOn);
        const why = because(command);
        return changes.map((one) => ({
          type: 'MeasureRevised',
          effectiveOn,
          data: { ...of, changes: one, ...why },
        }));
      }
      case 'correct': {
        const wording = wordingToReplace(wordings, command.entryId);
        const { eventId, revision } = wording;
        const { effectiveOn = wording.effectiveOn } = command;
        const changes = correctedValue(wording, said(effectiveOn, command));
        const data = { ...of, changes, corrects: { eventId, revision }, ...because(command) };
        return [{ type: 'MeasureRevised', effectiveOn, data }];
      }
      case 'withdraw': {
        const wording = wordingToReplace(wordings, command.entryId);
        sameDay(wording, command.effectiveOn);
        const { eventId, revision, effectiveOn, attribute } = wording;
        const data = { ...of, attribute, withdraws: { eventId, revision }, reason: reasonFor(command.reason) };
        return [{ type: 'MeasureRevisionWithdrawn', effectiveOn, data }];
      }
    }
  },
};

function enter(
  { planKey, measureNo, attributes, adoptedOn, effectiveOn, reason }: EnterMeasure,
  { inFile, isSuccessor, wordings }: MeasureState,
): MeasureEvent[] {
  const of = { planKey, measureNo };
  if (isSuccessor) throw new Refusal('MEASURE_EXISTS', ['input', 'source'], measureNo);
  if (!inFile)
    return [{ type: 'MeasureAdopted', effectiveOn: since(effectiveOn, adoptedOn), data: { ...of, ...attributes } }];
  // What it was carried over from is unsaid by saying that it is nothing.
  const said = inFile.carriedOverFrom ? { carriedOverFrom: [], ...attributes } : attributes;
  const changes = changedByFile(measureSubject(measureNo), wordings, inFile, said);
  if (Object.keys(changes).length === 0) return [];
  return [
    {
      type: 'MeasureRevised',
      effectiveOn: since(effectiveOn, adoptedOn),
      data: { ...of, changes, fromFile: true, reason: reasonFor(reason) },
    },
  ];
}

interface Told extends MeasureRevision {
  readonly plan: PlanRules;
  readonly divisionNamed: DivisionNamed;
  readonly cites?: Cited | undefined;
}

type Revised = Partial<Pick<MeasureAttributes, RevisableName>>;

/** What is said, as the ledger keeps it on a day. */
function saidOn(
  day: Day,
  { plan, divisionNamed, title, owners, coordinators, schedule }: Told,
  wordings: readonly Wording[],
): Revised {
  const keys = (names: readonly string[] | undefined, field: string): string[] | undefined =>
    names?.map((name, i) => divisionNamed(name, day, ['input', field, String(i)]));
  const row = schedule && rowOf(schedule, plan);
  const note = row && (valueOn(wordings, 'schedule', day) as AdoptedSchedule | undefined)?.note;
  return defined<Revised>({
    title,
    owners: keys(owners, 'owners'),
    coordinators: keys(coordinators, 'coordinators'),
    schedule: row && { ...row, ...(note !== undefined && { note }) },
  });
}
