import { MemoryEventStore } from '../adapters/memory/memory-event-store.js';
import { event, events } from '../../test/support/event-stores.js';
import { BEGINNING, type EventStore } from './event-store.js';
import { compareLedgers, copyLedger, type Destination } from './moving.js';

const T0 = Date.parse('2026-11-25T09:00:00Z');

/** A ledger of a few streams, whose clock goes on and steps back. */
async function given(appends: number): Promise<MemoryEventStore> {
  let nowMs = T0;
  const store = new MemoryEventStore(() => nowMs);
  const revisions = new Map<string, number>();
  for (let i = 0; i < appends; i++) {
    const stream = `measure/${String(i % 3)}`;
    const revision = revisions.get(stream) ?? -1;
    const count = 1 + (i % 4);
    await store.append(stream, revision < 0 ? 'no-stream' : revision, events(`append ${String(i)}`, count));
    revisions.set(stream, revision + count);
    nowMs += i % 5 === 4 ? -60_000 : 1_234;
  }
  return store;
}

function destination(): Destination & { readonly store: EventStore } {
  let nowMs = 0;
  return { store: new MemoryEventStore(() => nowMs), setTime: (ms) => void (nowMs = ms) };
}

const everything = (store: EventStore) => store.readAll(BEGINNING, 10_000);

describe('A ledger moves house', () => {
  it('with ids, bytes, order and times of recording', async () => {
    const from = await given(40);
    const to = destination();
    const told: number[] = [];
    const { length } = await everything(from);
    expect(await copyLedger(from, to, (done) => told.push(done))).toBe(length);
    expect(told.at(-1)).toBe(length);
    expect(await everything(to.store)).toEqual(await everything(from));
    expect(await compareLedgers(from, to.store)).toEqual({ same: length, equal: true });
  });

  it('and goes on where it was cut off, and with what has come since', async () => {
    const from = await given(40);
    const to = destination();
    const half = (await everything(from)).slice(0, 41);
    for (const one of half) {
      to.setTime(one.recordedAtMs);
      await to.store.append(one.stream, one.revision === 0 ? 'no-stream' : one.revision - 1, [one]);
    }
    await copyLedger(from, to);
    await from.append('measure/9', 'no-stream', events('since', 3));
    await copyLedger(from, to);
    expect(await compareLedgers(to.store, from)).toMatchObject({ equal: true });
  });

  it('not onto another ledger, nor onto one that has gone on by itself: nothing is written there', async () => {
    const from = await given(10);
    const other = destination();
    await other.store.append('measure/0', 'no-stream', [event('of another town')]);
    const ahead = destination();
    await copyLedger(from, ahead);
    await ahead.store.append('measure/9', 'no-stream', events('ahead', 1));
    for (const to of [other, ahead]) {
      const before = await everything(to.store);
      await expect(copyLedger(from, to)).rejects.toMatchObject({ code: 'LEDGERS_DIFFER' });
      expect(await everything(to.store)).toEqual(before);
    }
  });

  it('when it is empty, too', async () => {
    expect(await copyLedger(await given(0), destination())).toBe(0);
  });
});

describe('Two ledgers are compared', () => {
  it('and an event more is told with its place', async () => {
    const from = await given(10);
    const to = destination();
    const same = await copyLedger(from, to);
    await to.store.append('measure/9', 'no-stream', [event('more')]);
    const comparison = await compareLedgers(from, to.store);
    expect(comparison).toEqual({
      same,
      equal: false,
      difference: {
        field: 'event',
        ours: 'nothing',
        theirs: `MeasureStatusChanged, measure/9 0, ${event('more').id}`,
      },
    });
  });

  const id = '00000000-0000-8000-8000-000000000000';
  const data = (more: object): object => ({ ...(event('b').data as object), list: [1], ...more });
  const long = 'あ'.repeat(1_000);
  it.each([
    ['data.status', '"b"', '"c"', { data: data({ status: 'c' }) }, 0],
    ['data.list.1', 'nothing', '2', { data: data({ list: [1, 2] }) }, 0],
    ['data.note', 'nothing', `"${long.slice(0, 119)}…`, { data: data({ note: long }) }, 0],
    ['id', `"${event('b').id}"`, `"${id}"`, { id, data: data({}) }, 0],
    ['actor', '"p-1"', '"p-2"', { actor: 'p-2', data: data({}) }, 0],
    ['recordedAt', '"2026-11-25T09:00:00.000Z"', '"2026-11-25T09:00:00.001Z"', { data: data({}) }, 1],
  ])('and another %s is told, by its field', async (field, ours, theirs, change, later) => {
    const [one, two] = [new MemoryEventStore(() => T0), new MemoryEventStore(() => T0 + later)];
    await one.append('measure/1', 'no-stream', [event('a'), event('b', { data: data({}) })]);
    await two.append('measure/1', 'no-stream', [event('a'), event('b', change)]);
    const same = 1 - later;
    expect(await compareLedgers(one, two)).toEqual({ same, equal: false, difference: { field, ours, theirs } });
    await expect(copyLedger(one, { store: two, setTime: () => undefined })).rejects.toThrow(
      `${field} of event ${String(same + 1)} is ${theirs} instead of ${ours}`,
    );
  });
});
