import { MemoryEventStore } from '../adapters/memory/memory-event-store.js';
import { MemoryViews } from '../adapters/memory/memory-views.js';
import { catalogue } from '../catalogue.js';
import type { Projected } from './catalogue.js';
import type { NewEvent } from './event.js';
import { uuidOf } from './handle.js';
import { START, type Position } from './position.js';
import { Projector } from './projector.js';
import { ViewsError } from './views.js';
import { compareViews, fill } from './rebuild.js';
import { BEGINNING } from './event-store.js';

const statusChanged = (n: number): NewEvent => ({
  id: uuidOf('event', String(n)),
  type: 'MeasureStatusChanged',
  schemaVersion: 1,
  effectiveOn: '2026-11-23',
  actor: 'admin',
  correlationId: uuidOf('command', String(n)),
  causationId: uuidOf('input', String(n)),
  data: { planKey: 'p', measureNo: '1-1-1', status: String(n) },
});

/** Views whose transactions fail while a switch is on; another says who feeds them. */
class FaultyViews extends MemoryViews {
  failing = false;
  leading = true;
  tooNew = false;
  override refresh(): Promise<void> {
    return this.tooNew ? Promise.reject(new ViewsError('VIEWS_TOO_NEW', 'too new')) : Promise.resolve();
  }
  override lead(): Promise<boolean> {
    return Promise.resolve(this.leading);
  }
  override async apply(batch: readonly Projected[]): Promise<void> {
    if (this.failing) throw new Error('disk full');
    await super.apply(batch);
  }
}

/** Somebody appends whenever it is asked for its head. */
class BusyStore extends MemoryEventStore {
  #revision = -1;
  override async head(): Promise<Position> {
    const expected = this.#revision < 0 ? 'no-stream' : this.#revision;
    await this.append('measure-p-1-1-1', expected, [statusChanged(++this.#revision)]);
    return super.head();
  }
}

describe('projector', () => {
  const started: Projector[] = [];
  const given = async (
    events: number,
  ): Promise<{ store: MemoryEventStore; views: FaultyViews; projector: Projector }> => {
    const store = new MemoryEventStore();
    for (let n = 0; n < events; n++)
      await store.append('measure-p-1-1-1', n === 0 ? 'no-stream' : n - 1, [statusChanged(n)]);
    const views = new FaultyViews();
    const projector = new Projector(store, views, catalogue);
    started.push(projector);
    return { store, views, projector };
  };
  afterEach(async () => {
    for (const projector of started.splice(0)) await projector.stop();
  });

  it('reads from the bookmark to the head, however many batches that takes', async () => {
    const { store, views, projector } = await given(1_234);
    projector.start();
    await projector.waitFor(await store.head(), 5_000);
    expect(await views.bookmark()).toMatchObject({ position: await store.head(), events: 1_234 });
    expect(await projector.health()).toMatchObject({ caughtUp: true });
  });

  it('makes a write visible to the one who waits for its position', async () => {
    const { store, views, projector } = await given(1);
    projector.start();
    const { position } = await store.append('measure-p-1-1-1', 0, [statusChanged(1)]);
    await projector.waitFor(position, 5_000);
    const [fact] = await views.timeline.ask([
      { scope: 'p', subject: 'measure/1-1-1', attribute: 'status', day: '2026-11-23', position },
    ]);
    expect(fact?.value).toEqual({ status: '1' });
  });

  it('stands still at a failure, says so against the real head, and goes on where it stood', async () => {
    const { store, views, projector } = await given(3);
    views.failing = true;
    projector.start();
    const head = await store.head();
    await expect(projector.waitFor(head, 50)).rejects.toMatchObject({ code: 'NOT_VISIBLE_YET' });
    expect(await projector.health()).toEqual({
      role: 'leader',
      position: START,
      head,
      caughtUp: false,
      behindMs: Infinity,
      error: new Error('disk full'),
    });
    views.failing = false;
    await projector.waitFor(head, 5_000);
    expect(await views.bookmark()).toMatchObject({ position: head, events: 3 });
    expect(await projector.health()).toEqual({ role: 'leader', position: head, head, caughtUp: true, behindMs: 0 });
  });

  it('knows for how long it has been behind, also when nobody has asked for its health before', async () => {
    const { store, views, projector } = await given(3);
    projector.start();
    await projector.waitFor(await store.head(), 5_000);
    views.leading = false;
    await store.append('measure-p-1-1-1', 2, [statusChanged(3)]);
    const { caughtUp, behindMs } = await projector.health();
    expect(caughtUp).toBe(false);
    expect(behindMs).toBeLessThan(1_000);
  });

  it('does not lead when it cannot read the views any more', async () => {
    const { store, views, projector } = await given(3);
    projector.start();
    await projector.waitFor(await store.head(), 5_000);
    expect(await projector.health()).toMatchObject({ role: 'leader' });
    views.tooNew = true;
    while ((await projector.health()).error === undefined) projector.wake();
    expect(await projector.health()).toMatchObject({ role: 'follower', error: { code: 'VIEWS_TOO_NEW' } });
  });

  it('stops at an event that nobody here knows, and names its place', async () => {
    const { store, views, projector } = await given(1);
    await store.append('measure-p-1-1-1', 0, [{ ...statusChanged(1), type: 'MeasureAbolished' }]);
    projector.start();
    await expect(projector.waitFor(await store.head(), 50)).rejects.toMatchObject({ code: 'NOT_VISIBLE_YET' });
    const unreadable = {
      code: 'UNKNOWN_TYPE',
      message: expect.stringMatching(
        /^位置 0+2、.* \/ the event at 0+2, measure-p-1-1-1 1, .*newer.*MeasureAbolished$/,
      ),
    };
    expect((await projector.health()).error).toMatchObject(unreadable);
    expect(await views.bookmark()).toMatchObject({ events: 0 });
    await expect(fill(new MemoryViews(), store, catalogue)).rejects.toMatchObject(unreadable);
  });

  it('is not behind while events keep coming and it keeps up, though it never stands at the head', async () => {
    const projector = new Projector(new BusyStore(), new MemoryViews(), catalogue);
    started.push(projector);
    projector.start();
    const behind: number[] = [];
    for (let i = 0; i < 5; i++) {
      const { head, caughtUp, behindMs } = await projector.health();
      expect(caughtUp).toBe(false);
      behind.push(behindMs);
      await projector.waitFor(head, 5_000);
    }
    expect(behind).toEqual([Infinity, 0, 0, 0, 0]);
  });

  it('shares its views with another process that was faster', async () => {
    const { store, views, projector } = await given(5);
    const other = new Projector(store, views, catalogue);
    started.push(other);
    projector.start();
    other.start();
    for (let n = 5; n < 60; n++) await store.append('measure-p-1-1-1', n - 1, [statusChanged(n)]);
    const head = await store.head();
    await Promise.all([projector.waitFor(head, 5_000), other.waitFor(head, 5_000)]);
    expect(await views.bookmark()).toMatchObject({ position: head, events: 60 });
    for (const one of [projector, other]) expect(await one.health()).toMatchObject({ caughtUp: true, behindMs: 0 });
  });

  it('feeds nothing while another process leads, reads what that one feeds, and takes over', async () => {
    const { store, views, projector } = await given(5);
    views.leading = false;
    projector.start();
    const head = await store.head();
    await expect(projector.waitFor(head, 50)).rejects.toMatchObject({ code: 'NOT_VISIBLE_YET' });
    expect(await projector.health()).toMatchObject({ role: 'follower', position: START });

    const told: string[] = [];
    projector.onVisible((events) => told.push(...events.map(({ position }) => position)));
    const events = await store.readAll(BEGINNING, 3);
    await views.apply(events.map((event) => catalogue.project(event)));
    await projector.waitFor(events[2]?.position ?? head, 5_000);
    expect(await projector.health()).toMatchObject({ role: 'follower', position: events[2]?.position });

    views.leading = true;
    await projector.waitFor(head, 5_000);
    expect(await projector.health()).toMatchObject({ role: 'leader', position: head });
    expect(told).toEqual((await store.readAll(BEGINNING, 5)).map(({ position }) => position));
  });

  it('tells listeners of events once, in order, when they are visible', async () => {
    const { store, projector } = await given(700);
    const told: string[] = [];
    projector.onVisible((events) => told.push(...events.map(({ position }) => position)));
    projector.start();
    await projector.waitFor(await store.head(), 5_000);
    expect(told).toEqual((await store.readAll(BEGINNING, 10_000)).map(({ position }) => position));
  });

  it('gives a rebuilt copy that equals the live one, and finds a row that differs', async () => {
    const { store, views, projector } = await given(50);
    projector.start();
    await projector.waitFor(await store.head(), 5_000);
    const copy = new MemoryViews();
    const seen: number[] = [];
    await fill(copy, store, catalogue, (events) => seen.push(events));
    expect(seen.at(-1)).toBe(50);
    expect(await compareViews(copy, views)).toMatchObject({ different: 0, rows: 100, known: await store.head() });

    const other = new MemoryViews();
    const events = await store.readAll(BEGINNING, 100);
    await other.apply(
      events.map((event, i) =>
        catalogue.project(i === 7 ? { ...event, data: { ...(event.data as object), status: '?' } } : event),
      ),
    );
    const comparison = await compareViews(copy, other);
    expect(comparison.different).toBe(2);
    expect(comparison.examples[0]?.ours).not.toBe(comparison.examples[0]?.theirs);
  });
});
