import { MemoryViews } from '../../src/adapters/memory/memory-views.js';
import type { Day } from '../../src/calendar/day.js';
import { catalogue } from '../../src/catalogue.js';
import { fold, type Decider } from '../../src/eventsourcing/decider.js';
import type { DomainEvent, RecordedEvent } from '../../src/eventsourcing/event.js';
import { uuidOf } from '../../src/eventsourcing/handle.js';
import { positionOf } from '../../src/eventsourcing/position.js';
import type { Facts } from '../../src/eventsourcing/timeline.js';
import type { MeasureEvent } from '../../src/plan/lifetime.js';
import type { PlanRules } from '../../src/plan/plan.js';
import { Refusal, type ProblemCode } from '../../src/problems.js';

const STREAM = 'story';

/** The id that the nth event of a story (from 0) is recorded under: what a correction or withdrawal names. */
export const entryId = (revision: number): string => uuidOf(STREAM, String(revision));

/** How a correction or withdrawal refers to the nth event of a story. */
export const entryRef = (revision: number): { eventId: string; revision: number } => ({
  eventId: entryId(revision),
  revision,
});

/** Events as a ledger would hold them in one stream, a minute apart. */
export const recorded = <Event extends DomainEvent>(
  events: readonly Event[],
  stream = STREAM,
): RecordedEvent<Event>[] =>
  events.map((event, revision) => {
    catalogue.check(event);
    return {
      ...event,
      id: uuidOf(stream, String(revision)),
      schemaVersion: catalogue.definition(event.type).version,
      actor: 'admin',
      correlationId: uuidOf('command', stream, String(revision)),
      causationId: uuidOf('input', stream, String(revision)),
      stream,
      revision,
      position: positionOf(revision + 1),
      recordedAtMs: Date.parse('2025-04-01T00:00:00Z') + revision * 60_000,
    } as RecordedEvent<Event>;
  });

export interface When<Command, Event> {
  when(command: Command): Then<Event>;
}

export interface Then<Event> {
  then(...events: readonly Event[]): void;
  thenNothing(): void;
  /** `path` is checked only when it is given. */
  thenRefused(code: ProblemCode, path?: readonly string[]): void;
}

/** Stories of a decider: `given(…events).when(command).then(…events)`, as pure as the decider is. */
export const specification = <Command, State, Event extends DomainEvent>(decider: Decider<Command, State, Event>) => ({
  given: (...events: readonly Event[]): When<Command, Event> => {
    const state = fold(decider, recorded(events));
    return {
      when: (command) => {
        const decide = (): readonly Event[] => {
          const decided = decider.decide(command, state);
          for (const event of decided) catalogue.check(event);
          return decided;
        };
        return {
          then: (...expected) => {
            expect(decide()).toEqual(expected);
          },
          thenNothing: () => {
            expect(decide()).toEqual([]);
          },
          thenRefused: (code, path) => {
            const refusal = refusalOf(decide);
            expect(path === undefined ? { code: refusal.code } : { code: refusal.code, path: refusal.path }).toEqual(
              path === undefined ? { code } : { code, path },
            );
          },
        };
      },
    };
  },
});

/** What is visible on a day to those who know all of the events. */
export async function factsAfter(events: readonly DomainEvent[], day: Day, scope = PLAN.planKey): Promise<Facts> {
  const views = new MemoryViews();
  await views.apply(recorded(events).map((event) => catalogue.project(event)));
  return views.timeline.facts(scope, { day, position: positionOf(events.length) });
}

/** The refusal that a function must end with. */
export function refusalOf(decide: () => unknown): Refusal {
  let decided: unknown;
  try {
    decided = decide();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`not refused, but decided: ${JSON.stringify(decided)}`);
}

/** The version of the scale that the stories' statuses are of. */
export const SCALE_1 = { key: 'toride-status', version: 1 };

export const STATUS_CODES = ['完了', '継続', '調整', '停滞'];

/** What the plan of the stories asks of a command: the Toride plan, 令和5年度 to 令和9年度. */
export const PLAN: PlanRules = {
  planKey: 'toride-5',
  town: '082171',
  adoptedOn: '2023-04-01',
  timeZone: 'Asia/Tokyo',
  period: { from: 2023, to: 2027 },
  phases: ['計画', '検討', '構築', '運用'],
  goals: ['1'],
  policies: ['1-2'],
  scales: [{ since: '2023-04-01', ...SCALE_1, codes: STATUS_CODES, poor: ['調整', '停滞'] }],
};

/** A measure as the plan enters it; `row` has a cell for each year from 2023 on, phases separated by spaces. */
export const measureAdopted = (measureNo: string, row: string): MeasureEvent => ({
  type: 'MeasureAdopted',
  effectiveOn: PLAN.adoptedOn,
  data: {
    planKey: PLAN.planKey,
    measureNo,
    title: `個別施策 ${measureNo}`,
    variants: [],
    policy: measureNo.slice(0, measureNo.lastIndexOf('-')),
    isNew: false,
    owners: ['情報管理課'],
    coordinators: [],
    schedule: { cells: cellsOf(row), uncertain: [] },
  },
});

/** `検討|構築|運用 検討|⇒|` as cells from 2023 on. */
export const cellsOf = (row: string): { fiscalYear: number; phases: string[] }[] =>
  row.split('|').map((cell, i) => ({ fiscalYear: 2023 + i, phases: cell.split(' ').filter((phase) => phase !== '') }));
