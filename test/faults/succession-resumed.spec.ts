import { readFileSync } from 'node:fs';
import { MemoryEventStore, MemoryLedger } from '../../src/adapters/memory/memory-event-store.js';
import { MemoryViews } from '../../src/adapters/memory/memory-views.js';
import { catalogue } from '../../src/catalogue.js';
import { Clock } from '../../src/eventsourcing/clock.js';
import type { Receipt } from '../../src/eventsourcing/event-store.js';
import { Ledger } from '../../src/eventsourcing/handle.js';
import { Projector } from '../../src/eventsourcing/projector.js';
import { LoadPlan, LoadPlanHandler } from '../../src/plan/load-plan.handler.js';
import { PlanReader } from '../../src/plan/plan-reader.js';
import { readPlanSource } from '../../src/plan/plan-source.js';
import type { SuccessionInput } from '../../src/plan/succession.js';
import {
  SucceedMeasures,
  SucceedMeasuresHandler,
  WithdrawSuccession,
  WithdrawSuccessionHandler,
} from '../../src/plan/succession.handler.js';
import { TORIDE_FILE } from '../support/daicho.js';

const nowMs = Date.parse('2026-11-23T09:00:00+09:00');
const split: SuccessionInput = {
  ...{ kind: 'SPLIT', predecessors: ['1-2-1'], reason: '分けて進めるため' },
  successors: ['1-2-3', '1-2-4'].map((no) => ({ no, title: no, owners: ['市民課'] })),
};
const merger: SuccessionInput = {
  ...{ kind: 'MERGER', predecessors: ['3-2-3', '3-2-4'], reason: '一体で進めるため' },
  successors: [{ no: '3-2-9', title: 'ウェブサイト', owners: ['市民課'] }],
};
const envelope = (commandId: string) => ({ commandId, fingerprint: commandId, actor: 'admin' });

/** A process that ends after so many appends, over a ledger that others go on with. */
class DyingStore extends MemoryEventStore {
  constructor(
    ledger: MemoryLedger,
    private left: number,
  ) {
    super(() => nowMs, ledger);
  }

  override append(...asked: Parameters<MemoryEventStore['append']>): Promise<Receipt> {
    return this.left-- > 0 ? super.append(...asked) : Promise.reject(new Error('the process has ended'));
  }
}

/** A process over a ledger, with views of its own. */
function processOver(memory: MemoryLedger, appends = Number.MAX_SAFE_INTEGER) {
  const store = new DyingStore(memory, appends);
  const ledger = new Ledger(store, catalogue);
  const projector = new Projector(store, new MemoryViews(), catalogue);
  const plans = new PlanReader(ledger, projector, new Clock(() => nowMs));
  return {
    load: async () => {
      const source = readPlanSource(readFileSync(TORIDE_FILE, 'utf8'));
      if ('issues' in source) throw new Error('the Toride plan has issues');
      await new LoadPlanHandler(ledger).execute(new LoadPlan(source.entries, {}, envelope('load')));
    },
    succeed: (input: SuccessionInput, id: string) =>
      new SucceedMeasuresHandler(ledger, plans).execute(new SucceedMeasures('toride-5', input, envelope(id))),
    withdraw: async (measureNo: string, id: string) => {
      const [entryId = ''] = (await ledger.history(`measure-toride-5-${measureNo}`))
        .filter(({ type }) => type === 'MeasureSucceeded')
        .map((event) => event.id);
      const command = new WithdrawSuccession('toride-5', measureNo, { entryId, reason: '再考' }, envelope(id));
      return new WithdrawSuccessionHandler(ledger, plans).execute(command);
    },
    /** How many measures there are, and which gave way. */
    shown: async () => {
      projector.start();
      await projector.waitFor(await store.head(), 10_000);
      const plan = await plans.planAt('toride-5', {});
      await projector.stop();
      return [plan?.measures.length, plan?.succeeded.map(({ no }) => no)];
    },
  };
}

describe('A succession that was cut off', () => {
  it.each<[string, SuccessionInput, number, string[]]>([
    ['a split', split, 47, ['1-2-1']],
    ['a merger', merger, 45, ['3-2-3', '3-2-4']],
  ])(
    '%s: shows nothing of it, wherever it ended, and is completed by the same request',
    async (_, input, count, gone) => {
      const parts = input.predecessors.length + input.successors.length;
      for (let appends = 1; appends < parts; appends++) {
        const memory = new MemoryLedger();
        await processOver(memory).load();
        await expect(processOver(memory, appends).succeed(input, 'first')).rejects.toThrow('the process has ended');
        expect(await processOver(memory).shown()).toEqual([46, []]);
        await processOver(memory).succeed(input, 'again');
        expect(await processOver(memory).shown()).toEqual([count, gone]);

        await expect(processOver(memory, appends).withdraw(gone[0] ?? '', 'back')).rejects.toThrow(
          'the process has ended',
        );
        expect(await processOver(memory).shown()).toEqual([46, []]);
        await processOver(memory).withdraw(gone[0] ?? '', 'back again');
        expect(await processOver(memory).shown()).toEqual([46, []]);
        await expect(processOver(memory).succeed(input, 'once more')).rejects.toMatchObject({ code: 'MEASURE_EXISTS' });
      }
    },
  );
});
