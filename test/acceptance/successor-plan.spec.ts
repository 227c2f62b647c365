import { readFileSync } from 'node:fs';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

/** A small sixth plan that goes on with measures of the fifth, and with one that the fifth does not have. */
const SIXTH = `format: daicho-plan/1
key: toride-6
title: 第六次取手市情報化計画
predecessor: toride-5
municipality: { name: 取手市, code: "082171" }
source: { title: 第六次取手市情報化計画 }
period: { from: 2028, to: 2029 }
phases: [計画, 検討, 構築, 運用]
statusScale: { key: toride-status, version: 1, codes: [{ code: 継続, label: { ja: 継続, en: Continuing }, order: 1 }] }
goals:
  - no: "1"
    title: 便利な行政サービス
    policies:
      - no: "1-1"
        title: デジタル窓口
        measures:
          - no: "1-1-1"
            title: 来庁しない窓口
            isNew: false
            owners: [市民課]
            carriedOverFrom: ["1-2-1", "1-2-2"]
            schedule: { "2028": [検討], "2029": [運用] }
          - no: "1-1-2"
            title: 写し間違い
            isNew: true
            owners: [市民課]
            carriedOverFrom: ["9-9-9"]
            schedule: { "2028": [検討], "2029": [運用] }
kpis: []
`;
const FROM = 'carriedOverFrom { planKey no measure { title goal { no } } statement en: statement(language: EN) }';
const BEFORE = 'predecessor { key plan { title period { from to } } statement en: statement(language: EN) }';

describe('A successor plan goes on with measures of the plan before', () => {
  let daicho: Daicho;
  const ask = async (key: string, fields: string, day = '2028-04-01'): Promise<Answer> => {
    const { data, errors } = await daicho.ask(`{ plan(key: "${key}", asOf: { effectiveOn: "${day}" }) { ${fields} } }`);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.plan;
  };
  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;

  beforeAll(async () => {
    daicho = await Daicho.start('2028-04-10T09:00:00+09:00');
    await daicho.record('loadPlan', { source: SIXTH });
  });
  afterAll(() => daicho.stop());

  it('alone in the ledger, with a statement in the place of the other', async () => {
    const { predecessor, measure } = await ask(
      'toride-6',
      `${BEFORE} measure(no: "1-1-1") { ${FROM} carriedOverTo { no } }`,
    );
    const statement = '計画 toride-5 はこの台帳にないか、この時点ではまだ策定されていません';
    const en = 'plan toride-5 is not in this ledger, or was not adopted by then';
    expect(predecessor).toEqual({ key: 'toride-5', plan: null, statement, en });
    expect(measure).toEqual({
      carriedOverFrom: ['1-2-1', '1-2-2'].map((no) => ({ planKey: 'toride-5', no, measure: null, statement, en })),
      carriedOverTo: [],
    });
  });

  it('with the plan before, whichever came first, and is told both ways', async () => {
    await daicho.record('loadPlan', { source: readFileSync(TORIDE_FILE, 'utf8') });
    const { predecessor, measure, wrong } = await ask(
      'toride-6',
      `${BEFORE} measure(no: "1-1-1") { ${FROM} } wrong: measure(no: "1-1-2") { ${FROM} }`,
    );
    expect(predecessor).toEqual({
      ...{ key: 'toride-5', plan: { title: '第五次取手市情報化計画', period: { from: 2023, to: 2027 } } },
      ...{ statement: null, en: null },
    });
    expect(measure.carriedOverFrom).toMatchObject([
      { no: '1-2-1', measure: { title: '「書かない窓口サービス」の実現', goal: { no: '1' } }, statement: null },
      { no: '1-2-2', measure: { title: '窓口手数料納付のキャッシュレス化' }, statement: null },
    ]);
    expect(wrong.carriedOverFrom).toEqual([
      {
        ...{ planKey: 'toride-5', no: '9-9-9', measure: null },
        ...{ statement: '計画 toride-5 に個別施策 9-9-9 はありません', en: 'plan toride-5 has no measure 9-9-9' },
      },
    ]);
    const TO = 'carriedOverTo { planKey no measure { title } statement }';
    const fifth = await ask(
      'toride-5',
      `predecessor { key } successors { key plan { title } } measure(no: "1-2-1") { ${TO} }`,
    );
    expect(fifth).toEqual({
      predecessor: null,
      successors: [{ key: 'toride-6', plan: { title: '第六次取手市情報化計画' } }],
      measure: {
        carriedOverTo: [{ planKey: 'toride-6', no: '1-1-1', measure: { title: '来庁しない窓口' }, statement: null }],
      },
    });
    const earlier = await ask('toride-5', `successors { key } measure(no: "1-2-1") { ${TO} }`, '2028-03-31');
    expect(earlier).toEqual({ successors: [], measure: { carriedOverTo: [] } });
  });

  it('as its file says, and says anew: what it no longer goes on with, but never less of the plan before', async () => {
    const held = await size();
    const unchanged = await daicho.record('loadPlan', { source: SIXTH });
    expect(unchanged.receipt.eventIds).toEqual([]);
    expect(await size()).toBe(held);
    const fewer = SIXTH.replace('            carriedOverFrom: ["9-9-9"]\n', '');
    await daicho.record('loadPlan', { source: fewer, reason: '写し間違いの訂正' });
    const { measure } = await ask('toride-6', `measure(no: "1-1-2") { ${FROM} }`);
    expect(measure.carriedOverFrom).toEqual([]);
    expect((await daicho.record('loadPlan', { source: fewer })).receipt.eventIds).toEqual([]);

    const without = fewer.replace('predecessor: toride-5\n', '').replace(/ +carriedOverFrom: .*\n/, '');
    expect(await daicho.refused('loadPlan', { source: without, reason: '削除' })).toEqual([
      { code: 'PLAN_ENTRY_REMOVED', path: ['input', 'source'] },
    ]);
  });

  it('not of a plan that is not named, nor of itself, nor twice', async () => {
    const refused = async (source: string): Promise<string[]> => {
      const { data } = await daicho.askAsAdmin(
        'mutation ($input: LoadPlanInput!) { loadPlan(input: $input) { problems { code message } } }',
        { input: { source } },
      );
      return data.loadPlan.problems.map(({ message }: Answer) => message.replace(/^.*: (\d+:\d+ .*)$/, '$1'));
    };
    expect(await refused(SIXTH.replace('predecessor: toride-5\n', ''))).toHaveLength(3);
    expect(await refused(SIXTH.replace('predecessor: toride-5', 'predecessor: toride-6'))).toEqual([
      expect.stringContaining('predecessor: この計画自身です'),
    ]);
    expect(await refused(SIXTH.replace('["1-2-1", "1-2-2"]', '["1-2-1", "1-2-1"]'))).toEqual([
      expect.stringContaining('goals[0].policies[0].measures[0].carriedOverFrom[1]'),
    ]);
  });
});
