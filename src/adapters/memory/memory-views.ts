import type { Day } from '../../calendar/day.js';
import type { Audience, Projected } from '../../eventsourcing/catalogue.js';
import { assertionLine, entryLine } from '../../eventsourcing/dump.js';
import { BEGINNING } from '../../eventsourcing/event-store.js';
import { START, type Position } from '../../eventsourcing/position.js';
import { Facts, type Fact, type HistoricFact, type Question, type Timeline } from '../../eventsourcing/timeline.js';
import {
  ViewsError,
  type Bookmark,
  type Trail,
  type TrailEntry,
  type TrailFilter,
  type Views,
} from '../../eventsourcing/views.js';

interface Row extends Fact {
  readonly scope: string;
  supersededAt?: Position;
}

interface Entry extends Omit<TrailEntry, 'isPublic'> {
  readonly scope: string;
  supersededBy?: Position;
  readonly audience: Audience;
  /** Position from which on everybody may read it. */
  publicFrom?: Position;
}

/** The read models in arrays, searched from end to end: for tests, under the same contract as the others. */
export class MemoryViews implements Views {
  readonly #rows: Row[] = [];
  readonly #entries: Entry[] = [];
  #bookmark: Bookmark = { ...BEGINNING, events: 0 };

  readonly timeline: Timeline = {
    facts: (scope, { day, position }, subject) => {
      const visible = new Map<string, Row>();
      for (const row of this.#rows) {
        if (row.scope !== scope || (subject !== undefined && row.subject !== subject)) continue;
        if (!isVisible(row, position) || row.effectiveFrom > day) continue;
        const key = `${row.subject} ${row.attribute}`;
        if (!isLater(visible.get(key), row)) visible.set(key, row);
      }
      return Promise.resolve(new Facts([...visible.values()].map(factOf)));
    },
    ask: (questions) => Promise.resolve(questions.map((question) => this.#answer(question))),
    history: (scope, subject, attribute, known) =>
      Promise.resolve(
        this.#rows
          .filter((r) => r.scope === scope && r.subject === subject && r.attribute === attribute && r.position <= known)
          .map((row) => historicFactOf(row, known)),
      ),
  };

  readonly trail: Trail = {
    page: (filter, { after, before, limit, newestFirst }) => {
      const all = this.#filtered(filter).filter(
        ({ event: { position } }) => (!after || position > after) && (!before || position < before),
      );
      return Promise.resolve((newestFirst ? all.reverse() : all).slice(0, limit));
    },
    count: (filter) => Promise.resolve(this.#filtered(filter).length),
    entries: (positions, known) =>
      Promise.resolve(
        positions.map((position) => {
          const entry = this.#entries.find(({ event }) => event.position === position && position <= known);
          return entry && asKnown(entry, known);
        }),
      ),
    revisions: (streams, known) =>
      Promise.resolve(
        streams.map((stream) =>
          this.#entries.reduce(
            (revision, { event }) => (event.stream === stream && event.position <= known ? event.revision : revision),
            -1,
          ),
        ),
      ),
    scopes: (known) =>
      Promise.resolve([
        ...new Set(this.#entries.filter(({ event }) => event.position <= known).map(({ scope }) => scope)),
      ]),
    positionAt: (instantMs) =>
      Promise.resolve(this.#entries.findLast(({ event }) => event.recordedAtMs <= instantMs)?.event.position ?? START),
  };

  bookmark(): Promise<Bookmark> {
    return Promise.resolve(this.#bookmark);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown must reach the caller as a rejection
  async apply(batch: readonly Projected[]): Promise<void> {
    let last = this.#bookmark.position;
    for (const { event } of batch) {
      if (event.position <= last) throw new ViewsError('OUT_OF_ORDER', `${event.position} is not after ${last}`);
      last = event.position;
    }
    for (const projected of batch) this.#apply(projected);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- other adapters wait for their rows
  async *dump(known: Position): AsyncGenerator<string> {
    const scopes = new Map<string, Position>();
    for (const entry of this.#entries) {
      const { event, scope, audience } = entry;
      if (event.position > known) break;
      if (!scopes.has(scope)) scopes.set(scope, event.position);
      const told = asKnown(entry, known);
      const waits = audience === 'disclosed' && !told.isPublic;
      yield entryLine({ ...told, scope, scopeFrom: scopes.get(scope) ?? START, waits });
    }
    const rows = this.#rows.filter(({ position }) => position <= known);
    const key = ({ scope, subject, attribute, position }: Row): string =>
      [scope, subject, attribute, position].join('\0');
    const latest = new Map<string, Day>();
    for (const row of rows.sort((a, b) => (key(a) < key(b) ? -1 : 1))) {
      const attribute = [row.scope, row.subject, row.attribute].join('\0');
      const before = latest.get(attribute) ?? row.effectiveFrom;
      const latestFrom = before > row.effectiveFrom ? before : row.effectiveFrom;
      latest.set(attribute, latestFrom);
      yield assertionLine({ ...historicFactOf(row, known), scope: row.scope, latestFrom });
    }
  }

  lead(): Promise<boolean> {
    return Promise.resolve(true);
  }

  onFed(): () => void {
    return () => undefined;
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #apply({
    event: { correlationId: _, causationId: __, ...event },
    scope,
    subject,
    assertions,
    supersedes,
    audience,
    discloses,
  }: Projected): void {
    const { position, recordedAtMs, id: eventId, stream } = event;
    const replaced = supersedes && this.#entryOf(stream, supersedes.entry.revision);
    if (replaced) {
      replaced.supersededBy = position;
      for (const row of this.#rows) {
        if (row.position === replaced.event.position && row.attribute === supersedes.attribute)
          row.supersededAt = position;
      }
    }
    if (discloses) {
      for (const entry of this.#entries) {
        if (entry.event.stream === stream && entry.audience === 'disclosed') entry.publicFrom ??= position;
      }
    }
    this.#entries.push({
      event,
      scope,
      subject,
      audience,
      ...(audience === 'public' && { publicFrom: position }),
      ...(replaced && { supersedes: replaced.event.position }),
    });
    for (const { subject: of, attribute, effectiveFrom, value } of assertions) {
      this.#rows.push({ scope, subject: of, attribute, effectiveFrom, value, position, recordedAtMs, eventId });
    }
    this.#bookmark = { position, events: this.#bookmark.events + 1, recordedAtMs };
  }

  #entryOf(stream: string, revision: number): Entry | undefined {
    return this.#entries.find(({ event }) => event.stream === stream && event.revision === revision);
  }

  #answer({ scope, subject, attribute, day, position }: Question): Fact | undefined {
    let best: Row | undefined;
    for (const row of this.#rows) {
      if (row.scope !== scope || row.subject !== subject || row.attribute !== attribute) continue;
      if (row.effectiveFrom <= day && isVisible(row, position) && !isLater(best, row)) best = row;
    }
    return best && factOf(best);
  }

  #filtered({ scope, known, withStaffOnly, subject, types, recordedFromMs, recordedToMs }: TrailFilter): TrailEntry[] {
    return this.#entries
      .filter(
        ({ event, ...entry }) =>
          entry.scope === scope &&
          event.position <= known &&
          (subject === undefined || entry.subject === subject) &&
          (types === undefined || types.includes(event.type)) &&
          (recordedFromMs === undefined || event.recordedAtMs >= recordedFromMs) &&
          (recordedToMs === undefined || event.recordedAtMs <= recordedToMs),
      )
      .map((entry) => asKnown(entry, known))
      .filter(
        ({ isPublic, event: { stream } }) =>
          isPublic || (typeof withStaffOnly === 'object' ? withStaffOnly.includes(stream) : withStaffOnly === true),
      );
  }
}

const isVisible = (row: Row, known: Position): boolean =>
  row.position <= known && (row.supersededAt === undefined || row.supersededAt > known);

/** With a correction only where it was known by then. */
const asKnown = (
  { event, subject, supersedes, supersededBy, publicFrom }: Omit<Entry, 'scope' | 'audience'>,
  known: Position,
): TrailEntry => ({
  event,
  subject,
  isPublic: publicFrom !== undefined && publicFrom <= known,
  ...(supersedes && { supersedes }),
  ...(supersededBy && supersededBy <= known && { supersededBy }),
});

/** Rows come in position order, so an equal day means the later row wins. */
const isLater = (best: Row | undefined, row: Row): boolean =>
  best !== undefined && best.effectiveFrom > row.effectiveFrom;

const factOf = ({ subject, attribute, effectiveFrom, value, position, recordedAtMs, eventId }: Row): Fact => ({
  subject,
  attribute,
  effectiveFrom,
  value,
  position,
  recordedAtMs,
  eventId,
});

const historicFactOf = (row: Row, known: Position): HistoricFact => {
  const { supersededAt } = row;
  return supersededAt !== undefined && supersededAt <= known ? { ...factOf(row), supersededAt } : factOf(row);
};
