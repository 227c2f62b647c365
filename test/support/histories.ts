import fc from 'fast-check';
import { catalogue } from '../../src/catalogue.js';
import type { Projected } from '../../src/eventsourcing/catalogue.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { uuidOf } from '../../src/eventsourcing/handle.js';
import { positionOf } from '../../src/eventsourcing/position.js';

export const SCOPE = 'random';
/** Few days, so that facts meet on the same one. */
const DAYS = Array.from({ length: 12 }, (_, i) => `2025-${String(i + 1).padStart(2, '0')}-01`);
const MEASURES = ['1-1-1', '1-1-2'];
const YEARS = [2024, 2025];

interface Step {
  readonly kind: 'status' | 'reading' | 'shift' | 'correct' | 'withdraw';
  readonly of: number;
  readonly day: string;
  readonly which: number;
  readonly value: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('status', 'reading', 'shift', 'correct', 'correct', 'withdraw'),
  of: fc.nat(1),
  day: fc.constantFrom(...DAYS),
  which: fc.nat(1_000),
  value: fc.nat(99),
});

/** Histories with late entries, corrections, corrections of corrections and withdrawals, in any order. */
export const history = (length: { min: number; max: number }): fc.Arbitrary<Projected[]> =>
  fc.array(step, { minLength: length.min, maxLength: length.max }).map(play);

interface Open {
  readonly event: RecordedEvent;
}

function play(steps: readonly Step[]): Projected[] {
  const revisions = new Map<string, number>();
  const open: Open[] = [];
  const events: RecordedEvent[] = [];

  const record = (stream: string, type: string, effectiveOn: string, data: object): RecordedEvent => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const n = events.length + 1;
    const event: RecordedEvent = {
      id: uuidOf('random', String(n)),
      stream,
      revision,
      // With gaps, as a store's positions may have.
      position: positionOf(n * 3),
      recordedAtMs: n * 1_000,
      type,
      schemaVersion: 1,
      effectiveOn,
      actor: 'admin',
      correlationId: uuidOf('c', String(n)),
      causationId: uuidOf('f', String(n)),
      data,
    };
    events.push(event);
    return event;
  };

  for (const { kind, of, day, which, value } of steps) {
    const measureNo = MEASURES[of] ?? '1-1-1';
    const measure = { planKey: SCOPE, measureNo };
    if (kind === 'status') {
      open.push({
        event: record(`measure-${measureNo}`, 'MeasureStatusChanged', day, { ...measure, status: String(value) }),
      });
    } else if (kind === 'reading') {
      const data = { planKey: SCOPE, kpiKey: 'k', fiscalYear: YEARS[of] ?? 2024, value: String(value) };
      open.push({ event: record('kpi-k', 'ReadingRecorded', day, data) });
    } else if (kind === 'shift') {
      const data = { ...measure, phase: '構築', from: 2024, to: 2025, cascade: false, reason: 'r' };
      open.push({ event: record(`measure-${measureNo}`, 'ScheduleShifted', day, data) });
    } else {
      const [target] = open.splice(which % Math.max(1, open.length), 1);
      if (!target) continue;
      const { event } = target;
      const ref = { eventId: event.id, revision: event.revision };
      const data = event.data as Record<string, unknown>;
      const isReading = event.stream === 'kpi-k';
      if (event.type === 'ScheduleShifted') {
        record(event.stream, 'ScheduleShiftWithdrawn', event.effectiveOn, {
          planKey: SCOPE,
          measureNo: data['measureNo'],
          withdraws: ref,
          reason: 'r',
        });
      } else if (kind === 'withdraw') {
        const withdrawn = isReading
          ? { planKey: SCOPE, kpiKey: 'k', fiscalYear: data['fiscalYear'], withdraws: ref, reason: 'r' }
          : { planKey: SCOPE, measureNo: data['measureNo'], withdraws: ref, reason: 'r' };
        record(event.stream, isReading ? 'ReadingWithdrawn' : 'MeasureStatusWithdrawn', event.effectiveOn, withdrawn);
      } else {
        const corrected = isReading
          ? {
              planKey: SCOPE,
              kpiKey: 'k',
              fiscalYear: data['fiscalYear'],
              value: String(value),
              corrects: ref,
              reason: 'r',
            }
          : { planKey: SCOPE, measureNo: data['measureNo'], status: String(value), corrects: ref, reason: 'r' };
        open.push({
          event: record(event.stream, isReading ? 'ReadingCorrected' : 'MeasureStatusCorrected', day, corrected),
        });
      }
    }
  }
  for (const event of events) catalogue.check(event);
  return events.map((event) => catalogue.project(event));
}

/** Every subject and attribute that a history speaks of, and one that it does not. */
export const attributesOf = (events: readonly Projected[]): { subject: string; attribute: string }[] => {
  const named = new Map<string, { subject: string; attribute: string }>();
  for (const { assertions } of events) {
    for (const { subject, attribute } of assertions) named.set(`${subject} ${attribute}`, { subject, attribute });
  }
  return [...named.values(), { subject: 'measure/9-9-9', attribute: 'status' }];
};

export const days = (): string[] => ['2024-12-31', ...DAYS, '2025-06-15', '2026-01-01'];
