import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventStore, MemoryLedger } from '../../src/adapters/memory/memory-event-store.js';
import { SqliteEventStore } from '../../src/adapters/sqlite/sqlite-event-store.js';
import type { NewEvent, RecordedEvent } from '../../src/eventsourcing/event.js';
import type { EventStore } from '../../src/eventsourcing/event-store.js';
import { uuidOf } from '../../src/eventsourcing/handle.js';
import { positionOf } from '../../src/eventsourcing/position.js';

/** One ledger, empty at first. */
export interface LedgerUnderTest {
  /** One more store on it, which finds what the others have recorded; `clock` in ms, where the store keeps the time itself. */
  open(clock?: () => number): Promise<EventStore>;
  /** Called once, when all its stores are closed. */
  dispose(): void;
}

export function memoryLedger(): LedgerUnderTest {
  const ledger = new MemoryLedger();
  return { open: (clock) => Promise.resolve(new MemoryEventStore(clock, ledger)), dispose: () => undefined };
}

/** A real file in a folder of its own. */
export function sqliteLedger(): LedgerUnderTest {
  const folder = ledgerFolder();
  return {
    open: (clock) => SqliteEventStore.open(join(folder.path, 'ledger.db'), clock ? { clock } : {}),
    dispose: folder.dispose,
  };
}

export function ledgerFolder(): { readonly path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), 'daicho-ledger-'));
  return {
    path,
    dispose: () => {
      rmSync(path, { recursive: true });
    },
  };
}

/** The event that a name stands for: equal names, equal events. */
export const event = (name: string, change: Partial<NewEvent> = {}): NewEvent => ({
  id: uuidOf('event', name),
  type: 'MeasureStatusChanged',
  schemaVersion: 1,
  effectiveOn: '2026-11-23',
  actor: 'p-1',
  correlationId: uuidOf('command', name),
  causationId: uuidOf('input', name),
  data: { planKey: 'toride-5', measureNo: '1-1-1', status: name },
  ...change,
});

/** `count` events named `name/0`, `name/1`, … */
export const events = (name: string, count: number): NewEvent[] =>
  Array.from({ length: count }, (_, i) => event(`${name}/${String(i)}`));

/** The event named `n` as a ledger holds it, at position `n`. */
export const recorded = (n: number, change: Partial<RecordedEvent> = {}): RecordedEvent => ({
  ...event(String(n)),
  stream: 'measure-toride-5-1-1-1',
  revision: n - 1,
  position: positionOf(n),
  recordedAtMs: n * 1_000,
  ...change,
});
