import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventStore } from '../src/adapters/sqlite/sqlite-event-store.js';
import { ViewsFolder } from '../src/adapters/sqlite/views-folder.js';
import { ledgerFile, viewsFolder } from '../src/stores.js';
import { catalogue } from '../src/catalogue.js';
import type { NewEvent } from '../src/eventsourcing/event.js';
import { Ledger, uuidOf } from '../src/eventsourcing/handle.js';
import { positionOf } from '../src/eventsourcing/position.js';
import { fill } from '../src/eventsourcing/rebuild.js';
import type { Point } from '../src/eventsourcing/timeline.js';
import { kpiStream } from '../src/kpi/kpi.events.js';
import { LoadPlan, LoadPlanHandler } from '../src/plan/load-plan.handler.js';
import { measureStream } from '../src/plan/plan.events.js';
import { readPlanSource } from '../src/plan/plan-source.js';

/** Events in one append. */
const APPEND_MAX = 500;
/** At least so often each stream is written to, so that they are mixed in a short ledger too. */
const ROUNDS_MIN = 20;
/** Appends under way at a time; each goes to another stream. */
const AT_A_TIME = 8;
const STARTED_MS = Date.parse('2023-04-01T00:00:00Z');
/** The history of a ledger of any length takes this long. */
const DAYS = 5 * 365;
const DAY_MS = 86_400_000;
const STATUSES = ['完了', '継続', '調整', '停滞'];
const SHIFTS_PER_MEASURE = 4;
const PLAN_FILE = new URL('../plans/toride-5/plan.yaml', import.meta.url);

export const PLAN_KEY = 'toride-5';

/** Pseudo-random numbers in [0, 1), the same from the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A data folder with one plan and its history. */
export interface LedgerFolder {
  readonly folder: string;
  readonly events: number;
  /** Appended events/s of each tenth, in order. */
  readonly pace: readonly number[];
  /** Of the file, closed. */
  readonly bytes: number;
}

export const planEntries = () => {
  const source = readPlanSource(readFileSync(PLAN_FILE, 'utf8'));
  if ('issues' in source) throw new Error(source.issues.map(({ message }) => message).join('\n'));
  return source.entries;
};

/** Any day, and any state of knowledge but the very first. */
export function randomPoints({ events }: Pick<LedgerFolder, 'events'>, seed: number, count: number): Point[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => ({
    day: new Date(Date.UTC(2023, 3, 1 + Math.floor(random() * 5 * 365))).toISOString().slice(0, 10),
    position: positionOf(Math.floor(events * (0.05 + 0.95 * random()))),
  }));
}

/** Writes a ledger of about that many events straight through the store. */
export async function writeLedger(folder: string, events: number): Promise<LedgerFolder> {
  mkdirSync(folder, { recursive: true });
  const file = ledgerFile(folder);
  let nowMs = STARTED_MS;
  const store = await SqliteEventStore.open(file, { clock: () => nowMs });
  const entries = planEntries();
  const envelope = { commandId: uuidOf('bench'), fingerprint: uuidOf('bench', 'input'), actor: 'admin' };
  await new LoadPlanHandler(new Ledger(store, catalogue)).execute(new LoadPlan(entries, {}, envelope));
  const loaded = Number(await store.head());

  const random = randomFrom(20230401);
  const years = [2023, 2024, 2025, 2026, 2027];
  const streams = [
    ...entries.measures.map(({ no }) => new Story(random, measureStream(PLAN_KEY, no), { measureNo: no }, years)),
    ...entries.kpis.map(({ key }) => new Story(random, kpiStream(PLAN_KEY, key), { kpiKey: key }, years)),
  ];
  const append = Math.min(APPEND_MAX, Math.ceil(events / streams.length / ROUNDS_MIN));
  const pace: number[] = [];
  let [written, turn, tenth, tenthBegan] = [loaded, 0, 1, performance.now()];
  while (written < events) {
    nowMs = STARTED_MS + Math.floor((written / events) * DAYS * DAY_MS);
    const appends = Array.from({ length: AT_A_TIME }, () => {
      const story = streams[turn++ % streams.length] as Story;
      const count = Math.min(append, events - written);
      written += count;
      return { story, expected: story.revision, told: story.tell(count, nowMs, written / events) };
    });
    await Promise.all(
      appends
        .filter(({ told }) => told.length > 0)
        .map(({ story, expected, told }) => store.append(story.stream, expected, told)),
    );
    if (written >= (events * tenth) / 10) {
      pace.push((events / 10 / (performance.now() - tenthBegan)) * 1000);
      [tenth, tenthBegan] = [tenth + 1, performance.now()];
    }
  }
  await store.close();
  return { folder, events, pace, bytes: statSync(file).size };
}

/** Fills the views of a ledger; returns their bytes. */
export async function writeViews({ folder }: LedgerFolder): Promise<number> {
  const store = await SqliteEventStore.open(ledgerFile(folder));
  const views = ViewsFolder.open(viewsFolder(folder));
  await fill(views, store, catalogue);
  await views.close();
  await store.close();
  return statSync(join(viewsFolder(folder), 'views-1.db')).size;
}

interface Entry {
  readonly eventId: string;
  readonly revision: number;
  readonly effectiveOn: string;
  readonly fiscalYear: number;
}

/** What happens to one measure or KPI: reports, late ones, corrections, corrections of corrections, withdrawals. */
class Story {
  /** Of the last event; the first entered it in the plan. */
  revision = 0;
  #open: Entry[] = [];
  #shifts = 0;

  constructor(
    private readonly random: () => number,
    readonly stream: string,
    private readonly of: { readonly measureNo: string } | { readonly kpiKey: string },
    private readonly years: readonly number[],
  ) {}

  /** @param progress how much of the history is over, from 0 to 1 */
  tell(count: number, nowMs: number, progress: number): NewEvent[] {
    return Array.from({ length: count }, () => this.#next(nowMs, progress));
  }

  #next(nowMs: number, progress: number): NewEvent {
    const what = this.random();
    const isLate = this.random() < 0.1;
    const day = new Date(nowMs - (isLate ? Math.floor(this.random() * 300) * DAY_MS : 0)).toISOString().slice(0, 10);
    const effectiveOn = day < '2023-04-01' ? '2023-04-01' : day;
    // Mostly something recent is corrected.
    const replaced =
      what < 0.2 && this.#open.length > 0
        ? this.#open.splice(-1 - Math.floor(this.random() ** 2 * Math.min(200, this.#open.length)), 1)[0]
        : undefined;
    if ('measureNo' in this.of) {
      if (this.#shifts < SHIFTS_PER_MEASURE * progress) {
        const from = 2023 + this.#shifts++;
        const shift = {
          phase: '運用',
          from,
          to: from + 1,
          cascade: false,
          reason: '関係機関との調整に時間を要したため',
        };
        return this.#event('ScheduleShifted', effectiveOn, shift);
      }
      const status = STATUSES[Math.floor(this.random() * STATUSES.length)] as string;
      if (!replaced) return this.#opened('MeasureStatusChanged', effectiveOn, { status });
      const ref = { eventId: replaced.eventId, revision: replaced.revision };
      return what < 0.15
        ? this.#opened('MeasureStatusCorrected', replaced.effectiveOn, { status, corrects: ref, reason: '報告の誤り' })
        : this.#event('MeasureStatusWithdrawn', replaced.effectiveOn, { withdraws: ref, reason: '重複した報告' });
    }
    const value = String(Math.floor(this.random() * 100));
    if (replaced) {
      const { fiscalYear } = replaced;
      const ref = { eventId: replaced.eventId, revision: replaced.revision };
      return what < 0.15
        ? this.#opened('ReadingCorrected', replaced.effectiveOn, {
            fiscalYear,
            value,
            corrects: ref,
            reason: '集計の誤り',
          })
        : this.#event('ReadingWithdrawn', replaced.effectiveOn, { fiscalYear, withdraws: ref, reason: '重複した報告' });
    }
    const fiscalYear = this.years[Math.floor(this.random() * this.years.length)] as number;
    return this.#opened('ReadingRecorded', effectiveOn, { fiscalYear, value });
  }

  #opened(type: string, effectiveOn: string, data: object): NewEvent {
    const event = this.#event(type, effectiveOn, data);
    const { fiscalYear = 0 } = data as { fiscalYear?: number };
    this.#open.push({ eventId: event.id, revision: this.revision, effectiveOn, fiscalYear });
    // What nobody corrects any more need not be remembered.
    if (this.#open.length > 2_000) this.#open = this.#open.slice(-1_000);
    return event;
  }

  #event(type: string, effectiveOn: string, data: object): NewEvent {
    const command = uuidOf(this.stream, String(++this.revision));
    return {
      type,
      effectiveOn,
      data: { planKey: PLAN_KEY, ...this.of, ...data },
      id: uuidOf(command, '0'),
      schemaVersion: 1,
      actor: 'admin',
      correlationId: command,
      causationId: uuidOf(command, 'input'),
    };
  }
}
