import fc from 'fast-check';
import { MemoryViews } from '../../src/adapters/memory/memory-views.js';
import { catalogue } from '../../src/catalogue.js';
import type { Meaning, Projected } from '../../src/eventsourcing/catalogue.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { positionOf, START } from '../../src/eventsourcing/position.js';
import type { Fact } from '../../src/eventsourcing/timeline.js';
import type { TrailEvent, Views } from '../../src/eventsourcing/views.js';
import { NewestFacts } from '../../src/plan/newest-facts.js';
import { attributesOf, days, history, SCOPE } from '../support/histories.js';
import { NaiveTimeline } from '../support/naive-timeline.js';

export interface ViewsUnderTest {
  open(): Promise<{ readonly views: Views; dispose(): Promise<void> }>;
}

const factName = ({ subject, attribute }: Fact): string => `${subject} ${attribute}`;
const withoutCommand = ({ event: { correlationId: _, causationId: __, ...event } }: Projected): TrailEvent => event;

/** @param kind 0–5: who may read it, and whether it discloses what stands before it */
const heardBy = (one: Projected, kind: number): Projected => {
  const audience = kind < 2 ? 'public' : kind === 2 ? 'staff' : 'disclosed';
  return { ...one, audience, discloses: kind === 0 };
};

/** What every adapter of the views must do; each runs all of it. */
export function viewsContract(name: string, { open }: ViewsUnderTest): void {
  describe(`views: ${name}`, () => {
    const withViews = async (events: readonly Projected[], work: (views: Views) => Promise<void>): Promise<void> => {
      const { views, dispose } = await open();
      try {
        for (let i = 0; i < events.length; i += 7) await views.apply(events.slice(i, i + 7));
        await work(views);
      } finally {
        await dispose();
      }
    };

    const HISTORIES = 200;
    const QUESTIONS = 500;

    it(`answers ${String(HISTORIES * QUESTIONS)} random questions over random histories like a naive replay`, async () => {
      let asked = 0;
      await fc.assert(
        fc.asyncProperty(history({ min: 1, max: 60 }), fc.infiniteStream(fc.nat()), async (events, random) => {
          await withViews(events, async ({ timeline }) => {
            const attributes = attributesOf(events);
            const pick = <T>(from: readonly T[]): T => from[(random.next().value as number) % from.length] as T;
            const positions = Array.from({ length: events.length * 3 + 3 }, (_, i) => positionOf(i));
            const naive = new Map(positions.map((known) => [known, new NaiveTimeline(events, known)]));
            const questions = Array.from({ length: QUESTIONS }, () => ({
              scope: SCOPE,
              ...pick(attributes),
              day: pick(days()),
              position: pick(positions),
            }));
            const answers = await timeline.ask(questions);
            questions.forEach(({ subject, attribute, day, position }, i) => {
              const fact = answers[i];
              const said = fact && { eventId: fact.eventId, effectiveFrom: fact.effectiveFrom, value: fact.value };
              expect(said).toEqual(naive.get(position)?.answer(subject, attribute, day));
              asked++;
            });
          });
        }),
        { numRuns: HISTORIES, endOnFailure: true },
      );
      expect(asked).toBeGreaterThanOrEqual(HISTORIES * QUESTIONS);
    });

    it('gives all facts of a scope, or of one subject, as the questions one by one do', async () => {
      await fc.assert(
        fc.asyncProperty(history({ min: 1, max: 60 }), fc.nat(), fc.nat(), async (events, d, p) => {
          await withViews(events, async ({ timeline }) => {
            const day = days()[d % days().length] as string;
            const position = positionOf(p % (events.length * 3 + 3));
            const naive = new NaiveTimeline(events, position);
            const facts = [...(await timeline.facts(SCOPE, { day, position }))];
            expect(new Set(facts.map(({ subject, attribute }) => `${subject} ${attribute}`))).toEqual(
              naive.attributes(day),
            );
            for (const { subject, attribute, eventId } of facts)
              expect(naive.answer(subject, attribute, day)?.eventId).toBe(eventId);
            const subject = 'measure/1-1-1';
            const some = [...(await timeline.facts(SCOPE, { day, position }, subject))];
            expect(some).toEqual(facts.filter((fact) => fact.subject === subject));
          });
        }),
        { numRuns: 100 },
      );
    });

    it('knows of a day what was known of it before, and what was touched since', async () => {
      await fc.assert(
        fc.asyncProperty(history({ min: 1, max: 120 }), fc.nat(), async (events, d) => {
          const { views, dispose } = await open();
          const newest = new NewestFacts(views, catalogue);
          const day = days()[d % days().length] as string;
          for (let i = 0, step = 1; i < events.length; i += step, step = (step * 5) % 67) {
            await views.apply(events.slice(i, i + step));
            const { position } = await views.bookmark();
            const all = (facts: Iterable<Fact>) => new Map([...facts].map((fact) => [factName(fact), fact]));
            const expected = all(await views.timeline.facts(SCOPE, { day, position }));
            expect(all(await newest.at(SCOPE, { day, position }))).toEqual(expected);
          }
          await dispose();
        }),
        { numRuns: 100 },
      );
    });

    it('tells the history of an attribute, superseded entries included, as known at a position', async () => {
      await fc.assert(
        fc.asyncProperty(history({ min: 1, max: 60 }), fc.nat(), async (events, p) => {
          await withViews(events, async ({ timeline }) => {
            const known = positionOf(p % (events.length * 3 + 3));
            const until = events.filter(({ event }) => event.position <= known);
            for (const { subject, attribute } of attributesOf(events)) {
              const expected = until
                .filter(({ assertions }) =>
                  assertions.some((one) => one.subject === subject && one.attribute === attribute),
                )
                .map(({ event }) => {
                  const by = until.find(
                    ({ supersedes, event: later }) =>
                      later.stream === event.stream &&
                      supersedes?.attribute === attribute &&
                      supersedes.entry.revision === event.revision,
                  );
                  return [event.position, by?.event.position];
                });
              const told = await timeline.history(SCOPE, subject, attribute, known);
              expect(told.map((fact) => [fact.position, fact.supersededAt])).toEqual(expected);
            }
          });
        }),
        { numRuns: 50 },
      );
    });

    const some = fc.sample(history({ min: 60, max: 60 }), { numRuns: 1, seed: 7 })[0] ?? [];
    const last = some.at(-1)?.event.position ?? START;

    it('pages the trail forwards and backwards, each event once, in the order of the ledger', async () => {
      await withViews(some, async ({ trail }) => {
        const filter = { scope: SCOPE, known: last };
        const forwards: string[] = [];
        for (let after = START; ;) {
          const page = await trail.page(filter, { after, limit: 7, newestFirst: false });
          if (page.length === 0) break;
          forwards.push(...page.map(({ event }) => event.position));
          after = page.at(-1)?.event.position ?? after;
        }
        expect(forwards).toEqual(some.map(({ event }) => event.position));
        const newest = await trail.page(filter, { limit: 3, newestFirst: true });
        expect(newest.map(({ event }) => event.position)).toEqual(forwards.slice(-3).reverse());
        expect(await trail.count(filter)).toBe(some.length);
        expect(await trail.page({ ...filter, scope: 'another' }, { limit: 7, newestFirst: false })).toEqual([]);
      });
    });

    it('filters the trail by subject, type and instant', async () => {
      await withViews(some, async ({ trail }) => {
        const conditions: [object, (one: Projected) => boolean][] = [
          [{ subject: 'measure/1-1-1' }, ({ subject }) => subject === 'measure/1-1-1'],
          [
            { types: ['ReadingCorrected', 'ReadingRecorded'] },
            ({ event }) => /^Reading(Corrected|Recorded)$/.test(event.type),
          ],
          [
            { recordedFromMs: 10_000, recordedToMs: 20_000 },
            ({ event }) => event.recordedAtMs >= 10_000 && event.recordedAtMs <= 20_000,
          ],
          [{ known: positionOf(50) }, ({ event }) => event.position <= positionOf(50)],
        ];
        for (const [condition, holds] of conditions) {
          const filter = { scope: SCOPE, known: last, ...condition };
          const expected = some.filter(holds).map(({ event }) => event.position);
          expect(expected.length).toBeGreaterThan(0);
          expect(
            (await trail.page(filter, { limit: 100, newestFirst: false })).map(({ event }) => event.position),
          ).toEqual(expected);
          expect(await trail.count(filter)).toBe(expected.length);
        }
      });
    });

    it('gives events back as they were recorded, with what superseded them only where it was known', async () => {
      await withViews(some, async ({ trail }) => {
        const correction = some.find(({ supersedes }) => supersedes !== undefined);
        const corrected = some.find(
          ({ event }) =>
            event.stream === correction?.event.stream && event.revision === correction.supersedes?.entry.revision,
        );
        if (!correction || !corrected) throw new Error('the sample has no correction');
        const [before, now] = [corrected.event.position, correction.event.position];
        expect(await trail.entries([before, now, positionOf(1)], now)).toEqual([
          {
            event: withoutCommand(corrected),
            subject: corrected.subject,
            isPublic: true,
            supersededBy: now,
            ...(corrected.supersedes && { supersedes: expect.any(String) }),
          },
          expect.objectContaining({ event: withoutCommand(correction), supersedes: before }),
          undefined,
        ]);
        const [known] = await trail.entries([before], before);
        expect(known?.supersededBy).toBeUndefined();
        expect(await trail.entries([now], before)).toEqual([undefined]);
      });
    });

    it('keeps from the public what waits to be disclosed until it is, and what is for staff for ever', async () => {
      await fc.assert(
        fc.asyncProperty(history({ min: 1, max: 60 }), fc.infiniteStream(fc.nat(5)), async (said, random) => {
          const events = said.map((one) => heardBy(one, random.next().value as number));
          const publicFrom = (one: Projected): string | undefined => {
            if (one.audience === 'public') return one.event.position;
            if (one.audience === 'staff') return undefined;
            const after = events.filter(({ event }) => event.position > one.event.position);
            return after.find(({ event, discloses }) => discloses && event.stream === one.event.stream)?.event.position;
          };
          const isPublic = (one: Projected, known: string): boolean => (publicFrom(one) ?? '~') <= known;
          await withViews(events, async ({ trail }) => {
            for (const known of events.map(({ event }) => event.position)) {
              const until = events.filter(({ event }) => event.position <= known);
              const filter = { scope: SCOPE, known };
              const shown = until.filter((one) => isPublic(one, known));
              const page = await trail.page(filter, { limit: 100, newestFirst: false });
              expect(page.map(({ event }) => event.position)).toEqual(shown.map(({ event }) => event.position));
              expect(await trail.count(filter)).toBe(shown.length);
              expect(await trail.count({ ...filter, withStaffOnly: true })).toBe(until.length);
              const streams = [said[0]?.event.stream ?? ''];
              const own = until.filter((one) => isPublic(one, known) || streams.includes(one.event.stream));
              expect(await trail.count({ ...filter, withStaffOnly: streams })).toBe(own.length);
              expect(await trail.count({ ...filter, withStaffOnly: [] })).toBe(shown.length);
              const entries = await trail.entries(
                until.map(({ event }) => event.position),
                known,
              );
              expect(entries.map((entry) => entry?.isPublic)).toEqual(until.map((one) => isPublic(one, known)));
            }
          });
        }),
        { numRuns: 40 },
      );
    });

    it('finds revisions, scopes and instants as known at a position', async () => {
      await withViews(some, async ({ trail }) => {
        const streams = [...new Set(some.map(({ event }) => event.stream))];
        for (const known of [START, positionOf(40), last]) {
          const expected = streams.map((stream) =>
            some.reduce(
              (revision, { event }) => (event.stream === stream && event.position <= known ? event.revision : revision),
              -1,
            ),
          );
          expect(await trail.revisions([...streams, 'nothing'], known)).toEqual([...expected, -1]);
        }
        expect(await trail.scopes(START)).toEqual([]);
        expect(await trail.scopes(last)).toEqual([SCOPE]);
        for (const instant of [0, 999, 1_000, 1_001, 25_500, 1e9]) {
          const expected = some.findLast(({ event }) => event.recordedAtMs <= instant)?.event.position ?? START;
          expect(await trail.positionAt(instant)).toBe(expected);
        }
      });
    });

    it('keeps rows and bookmark together: a batch that is out of order changes nothing', async () => {
      await withViews(some.slice(0, 10), async (views) => {
        const before = await views.bookmark();
        expect(before).toEqual({ position: positionOf(30), events: 10, recordedAtMs: 10_000 });
        await expect(views.apply([some[10], some[3]] as Projected[])).rejects.toMatchObject({ code: 'OUT_OF_ORDER' });
        expect(await views.bookmark()).toEqual(before);
        expect(await views.trail.count({ scope: SCOPE, known: last })).toBe(10);
        await views.apply(some.slice(10));
        expect(await linesOf(views)).toEqual(await dumpOf(some));
      });
    });

    it('dumps what another adapter dumps, as known at any position', async () => {
      await fc.assert(
        fc.asyncProperty(history({ min: 1, max: 60 }), fc.infiniteStream(fc.nat(5)), async (said, random) => {
          const events = said.map((one) => heardBy(one, random.next().value as number));
          const naive = new MemoryViews();
          await naive.apply(events);
          await withViews(events, async (views) => {
            for (const { event } of events) {
              expect(await linesOf(views, event.position)).toEqual(await linesOf(naive, event.position));
            }
          });
        }),
        { numRuns: 15 },
      );
    });

    const one = some[40] as Projected;
    const others: [what: string, event: Partial<RecordedEvent>, meaning?: Partial<Meaning>][] = [
      ['position', { position: positionOf(BigInt(one.event.position) + 1n) }],
      ['time of recording', { recordedAtMs: one.event.recordedAtMs + 1 }],
      ['actor', { actor: 'p-another' }],
      ['day', { effectiveOn: '2020-01-01' }],
      ['type', { type: 'Another' }],
      ['version of the schema', { schemaVersion: 99 }],
      ['id', { id: '00000000-0000-8000-8000-000000000000' }],
      ['data', { data: {} }],
      ['stream', { stream: 'another', revision: 0 }],
      ['scope', {}, { scope: 'another' }],
      ['audience', {}, { audience: 'staff' }],
      ['audience, as long as it waits', {}, { audience: 'disclosed' }],
      ['assertions', {}, { assertions: [] }],
    ];
    it.each(others)(
      'dumps all that it holds: two histories that differ in the %s of one event differ',
      async (_, event, meaning = {}) => {
        const changed: Projected = { ...one, ...meaning, event: { ...one.event, ...event } };
        const before = await dumpOf(some.slice(0, 41));
        expect(await dumpOf([...some.slice(0, 40), changed])).not.toEqual(before);
      },
    );

    const dumpOf = async (events: readonly Projected[]): Promise<string[]> => {
      let lines: string[] = [];
      await withViews(events, async (views) => {
        lines = await linesOf(views);
      });
      return lines;
    };
    const linesOf = async (views: Views, known = last): Promise<string[]> => {
      const lines: string[] = [];
      for await (const line of views.dump(known)) lines.push(line);
      return lines;
    };
  });
}
