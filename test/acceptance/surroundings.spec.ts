import { readFileSync } from 'node:fs';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const card = { planKey: 'toride-5', indicatorKey: 'my-number-card-toride' };
const SOURCE = '総務省「マイナンバーカード交付状況について」';

describe('What surrounds the plan', () => {
  let daicho: Daicho;

  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-10-01T09:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  const plan = async (fields: string, asOf = ''): Promise<Answer> =>
    (await daicho.ask(`{ plan(key: "toride-5"${asOf}) { ${fields} } }`)).data.plan;

  describe('the former plan', () => {
    it('closed with 49/3/0/0 of 52, as printed', async () => {
      const { formerPlan } = await plan(`formerPlan {
        title period { from to } goals { no title } policies measures
        review { fiscalYear total byStatus { status count share } where { page heading figure } }
      }`);
      expect(formerPlan).toMatchObject({
        title: '第四次取手市情報化計画',
        period: { from: 2018, to: 2022 },
        policies: 9,
        measures: 52,
        review: {
          fiscalYear: 2022,
          total: 52,
          byStatus: [
            { status: '完了／目標達成', count: 49, share: '94' },
            { status: '継続', count: 3, share: '6' },
            { status: '調整', count: 0, share: null },
            { status: '停滞', count: 0, share: null },
          ],
          where: { page: 54, heading: '第2章5イ', figure: '図表76' },
        },
      });
      expect(formerPlan.goals).toHaveLength(4);
    });

    it('is said to be 100 percent of all and 94 and 86 of two goals, which cannot be', async () => {
      const { formerPlan, warnings } = await plan(
        'formerPlan { review { shares { goal { no } statuses count share printed where { page } } } } warnings { subject printed }',
      );
      const statuses = ['完了／目標達成', '継続'];
      expect(formerPlan.review.shares).toEqual([
        {
          ...{ goal: null, statuses, count: 52, share: '100', where: { page: 55 } },
          printed: '「完了／目標達成」又は「継続」の施策は 52 施策と 100％の達成状況',
        },
        { goal: { no: '1' }, statuses, count: null, share: '94', printed: '目標１では 94％', where: { page: 54 } },
        { goal: { no: '2' }, statuses, count: null, share: '86', printed: '目標 2が 86％', where: { page: 54 } },
      ]);
      for (const [no, share] of [
        ['1', '94％'],
        ['2', '86％'],
      ] as const) {
        const [warning] = warnings.filter(({ subject }: Answer) => subject === `former-plan/goal/${no}`);
        expect(warning.printed).toEqual([
          expect.stringMatching(new RegExp(`^p\\.54.*${share}$`)),
          expect.stringMatching(/^p\.55.*100％$/),
        ]);
      }
    });
  });

  it('the initiatives since 平成11年度, year by year as printed', async () => {
    const { initiatives } = await plan('initiatives { fiscalYear printed title note where { page } }');
    expect(initiatives).toHaveLength(59);
    expect(initiatives[0]).toEqual({
      ...{ fiscalYear: 1999, printed: '平成 11 年度', title: '市ホームページ開設', note: null, where: { page: 51 } },
    });
    expect(initiatives.at(-1)).toMatchObject({ fiscalYear: 2022, title: '議会会議録視覚化システム試行導入' });
    const titles = (year: number): string[] =>
      initiatives.filter(({ fiscalYear }: Answer) => fiscalYear === year).map(({ title }: Answer) => title);
    expect(titles(2003)).toEqual([
      '「第一次取手市地域情報化計画」策定',
      '地域公共ネットワーク構築',
      '住民基本台帳ネットワークシステム本格稼動',
      '総合行政ネットワーク（LGWAN）運用開始',
      'スポーツ施設予約システム運用開始',
    ]);
    expect(titles(2020)).toHaveLength(7);
    expect(titles(2012)).toEqual([]);
    const years: number[] = initiatives.map(({ fiscalYear }: Answer) => fiscalYear);
    expect([...years].sort()).toEqual(years);
  });

  it('how opinions were asked, with no date or number that is not printed', async () => {
    const { consultation } = await plan(
      'consultation { title methods audience from to respondents opinions outcome where { page } }',
    );
    const unprinted = { from: null, to: null, respondents: null, opinions: null };
    expect(consultation.map(({ methods }: Answer) => methods)).toEqual([
      ['COMMITTEE'],
      ['QUESTIONNAIRE', 'HEARING'],
      ['PUBLIC_COMMENT'],
      ['OTHER'],
    ]);
    expect(consultation[2]).toEqual({
      ...{ title: '市民意見公募（パブリックコメント）の実施', methods: ['PUBLIC_COMMENT'], audience: '市民' },
      ...unprinted,
      ...{ outcome: '⇒ 新計画への反映', where: { page: 5 } },
    });
    for (const one of consultation) expect(one).toMatchObject(unprinted);
  });

  describe('the upper plans and SDGs', () => {
    it('that the plan serves', async () => {
      const { relations } = await plan('relations { to serves kind isLegible where { page } }');
      const ofPlan = relations.filter(({ serves }: Answer) => serves.includes('plan'));
      expect(ofPlan.map(({ kind }: Answer) => kind)).toEqual([
        'UPPER_PLAN',
        'UPPER_PLAN',
        'LAW',
        'NATIONAL',
        'PREFECTURAL',
      ]);
    });

    it('that each policy serves: where only an image says to which goals, it says so', async () => {
      const { goals } = await plan('goals { policies { no relations { to item serves kind isLegible } } }');
      const policies = goals.flatMap(({ policies }: Answer) => policies);
      expect(policies).toHaveLength(11);
      for (const { relations } of policies) {
        const sdgs = relations.filter(({ kind }: Answer) => kind === 'SDGS');
        expect(sdgs).toMatchObject([{ isLegible: false, item: 'SDGs が掲げるゴール（図表78、施策毎）' }]);
      }
      const { relations } = policies.find(({ no }: Answer) => no === '2-1');
      const legible = relations.filter(({ isLegible }: Answer) => isLegible);
      expect(legible).toMatchObject([
        { kind: 'UPPER_PLAN', item: expect.stringContaining('自治体情報システムの標準化'), serves: ['2-1-1'] },
        { kind: 'UPPER_PLAN', item: expect.stringContaining('AI・RPA'), serves: ['2-1-3'] },
      ]);
    });
  });

  describe('the context indicators', () => {
    const figures = async (key: string): Promise<Answer> =>
      (
        await plan(`indicator(key: "${key}") {
          title area unit per source where { page heading figure }
          readings { period year label value qualifier asPrinted where { page } source }
        }`)
      ).indicator;

    it('to the digit, with year, unit, source and place as printed', async () => {
      expect((await plan('indicators { key }')).indicators).toHaveLength(130);
      expect(await figures('my-number-card-national')).toEqual({
        title: 'マイナンバーカードの普及状況',
        area: '全国',
        unit: '％',
        per: 'CALENDAR_YEAR',
        source: '総務省：ウェブサイト「マイナンバーカード交付状況について」より作図',
        where: { page: 15, heading: '第2章1⑵キ', figure: '図表20' },
        readings: [
          ['2020', '令和2年', '15.5'],
          ['2023', '令和5年', '63.5'],
        ].map(([period, label, value]) => ({
          ...{ period, year: Number(period), label, value, qualifier: null, asPrinted: `${String(value)}％` },
          ...{ where: { page: 15 }, source: '総務省：ウェブサイト「マイナンバーカード交付状況について」より作図' },
        })),
      });
      const values = async (key: string): Promise<unknown> =>
        (await figures(key)).readings.map(({ period, value, asPrinted }: Answer) => [period, value, asPrinted]);
      expect(await values('my-number-card-toride')).toEqual([['2023', '60.0', '60.0％']]);
      expect(await values('fiber-coverage-national')).toEqual([['FY2021', '99.3', '99.3％']]);
      expect(await values('lte-contracts')).toEqual([['FY2021', '13905', '1億 3,905 万']]);
      expect(await values('telework-municipalities-or-planned')).toEqual([
        ['FY2020', '37.7', '37.7%'],
        ['FY2021', '57.8', '57.8%'],
      ]);
      expect(await values('dx-office')).toEqual([['2021-04-01', '25.2', '25.2％']]);
      expect(await values('toride-staff')).toEqual([['2022', '797', '797 人']]);
    });

    it('say what is less than exact, and where no year is printed', async () => {
      expect((await figures('btoc-ec-goods')).readings).toMatchObject([
        { period: '2020', value: '12.2', qualifier: '約', asPrinted: '前年約 12.2 兆円' },
        { period: '2021', value: '13.2', qualifier: '約', asPrinted: '約 13.2 兆円' },
      ]);
      expect((await figures('e-government-use-japan')).readings).toMatchObject([
        { period: null, year: null, label: '年の印刷なし', value: '23.8' },
      ]);
    });

    it('of one area', async () => {
      const { indicators } = await plan('indicators(area: "茨城県") { key }');
      expect(indicators.map(({ key }: Answer) => key)).toEqual([
        'fiber-coverage-ibaraki',
        'internet-purpose-sns-ibaraki',
        'internet-purpose-email-ibaraki',
        'internet-purpose-search-ibaraki',
      ]);
    });
  });

  it('every contradiction stands as a warning, with both printed values and their pages', async () => {
    const { warnings } = await plan('warnings { code subject printed read why }');
    const printedOf = (subject: string, ...values: string[]): void => {
      const found = warnings.filter((warning: Answer) => warning.subject === subject);
      const whole = found.find(({ printed }: Answer) =>
        values.every((value) => printed.some((text: string) => text.includes(value))),
      );
      expect([subject, values, whole?.printed.every((text: string) => /^p\.\d+/.test(text))]).toEqual([
        subject,
        values,
        true,
      ]);
    };
    printedOf('indicator/broadband-households', 'p.11', '93.6％', 'p.56', '97.4％');
    printedOf('breakdown/website-access', '52.3%');
    printedOf('indicator/ai-municipalities-underway', '35％', '約 66％');
    printedOf(
      'indicator/cloud-effective',
      '図表24 クラウドサービスを利用する理由',
      '図表25 クラウドサービスを利用する理由',
    );
    printedOf('indicator/mobile-5g-contracts', '5G6', 'BWA7', '6 BWA', '7 5G');
    printedOf('indicator/fixed-broadband-contracts', '図表５', '図表 10');
    printedOf('indicator/my-number-card-toride', '60.0％', '63.5％');
    printedOf('indicator/telework-municipalities-or-planned', '49.3％', '57.8%', '37.7%', '20.1');
    printedOf('indicator/telework-use-below-30', '利用率', '稼働率');
    printedOf('indicator/dx-companies-japan', '独立行政法人情報通信機構');
    printedOf('indicators', 'エ 自治体におけるテレワーク', 'エ 自治体における DX');
    printedOf('former-plan', '平成 30 年度から令和４年度', '５年間', 'Ｒ１～Ｒ４');
    printedOf('initiatives/2003', '平成 15 年度', '平成 16 年');
    printedOf('initiatives/2001', 'e-Japan 戦略', 'ｅ－Ｊａｐａｎ計画');
    printedOf('initiatives/2020', 'Ｒ３年３月', '令和２年度', '令和２年３月');
    printedOf('initiatives', '平成 23 年度', '平成 25 年度');
    printedOf('relations', '令和４年度から令和８年度の４年間');
    printedOf('relations', 'デジタル田園都市国家構想基本方針', 'デジタル田園都市国家基本構想');
    printedOf('relations', 'Ｒ２年１２月', '令和３年６月');
    printedOf('relations', '実現に向けた重点計画', '形成に関する重点計画');
    printedOf('relations', '（令和２年）', '令和元年６月');
    printedOf('relations', '／デジタルガバメント実行計画', '「デジタル・ガバメント実行計');
    printedOf('relations', '茨城県官民データ活用推進基本計画', '茨城県官民データ活用推進計画');
    printedOf('plan', '懇談会', '懇親会');
    printedOf('plan', 'Continuity Plan の略', 'Continuity Planning');
    printedOf('plan', 'Interigence', 'Intelligence');
    printedOf('plan', '令和８年２月予定', 'Ｒ８年３月～予定');
    const [varies] = warnings.filter(
      ({ code, subject }: Answer) => code === 'TITLE_VARIES' && subject === 'former-plan',
    );
    expect(varies.printed).toEqual(['第四次取手市情報化計画', '第四次取手市地域情報化計画（p.1 第1章1）']);
  });

  it('counts its own figures: the shares of 令和2年度 really add to 100.1, those of 令和3年度 to 100', async () => {
    const { indicators } = await plan('indicators { breakdown readings { period value } }');
    const sum = (period: string): string =>
      indicators
        .filter(({ breakdown }: Answer) => breakdown === 'website-access')
        .flatMap(({ readings }: Answer) => readings)
        .filter((reading: Answer) => reading.period === period)
        .reduce((total: number, { value }: Answer) => total + Math.round(Number(value) * 10), 0);
    expect([sum('FY2020'), sum('FY2021')]).toEqual([1001, 1000]);
  });

  describe('a later figure', () => {
    const reading = async (recordedAt?: string): Promise<Answer> => {
      const asOf = recordedAt === undefined ? '' : `, asOf: { recordedAt: "${recordedAt}" }`;
      const { indicator } = await plan(
        `indicator(key: "${card.indicatorKey}") { reading(period: "2025") { value source isCorrection reason asPrinted } }`,
        asOf,
      );
      return indicator.reading;
    };

    it('is added, and holds from the last day of its year', async () => {
      daicho.itIsNow('2026-11-25T10:00:00+09:00');
      const { indicator, receipt } = await daicho.record(
        'recordIndicator',
        { ...card, period: '2025', value: '80.1', source: SOURCE },
        'indicator { revision readings { period value effectiveOn asPrinted where { page } } }',
      );
      expect(indicator).toEqual({
        revision: receipt.revision,
        readings: [
          { period: '2023', value: '60.0', effectiveOn: '2023-04-01', asPrinted: '60.0％', where: { page: 15 } },
          { period: '2025', value: '80.1', effectiveOn: '2025-12-31', asPrinted: null, where: null },
        ],
      });
    });

    it('is corrected with a reason, and asked at three points of knowledge: no data, 80.1, 80.4', async () => {
      daicho.itIsNow('2026-12-10T10:00:00+09:00');
      const correction = { ...card, period: '2025', value: '80.4', source: SOURCE };
      expect(await daicho.refused('correctIndicator', { ...correction, reason: '' })).toEqual([
        { code: 'REASON_REQUIRED', path: ['input', 'reason'] },
      ]);
      await daicho.record('correctIndicator', { ...correction, reason: '前月の値を写していた' });
      expect(await reading('2026-11-01T00:00:00+09:00')).toBeNull();
      expect(await reading('2026-12-01T00:00:00+09:00')).toMatchObject({ value: '80.1', isCorrection: false });
      expect(await reading()).toEqual({
        ...{ value: '80.4', source: SOURCE, isCorrection: true, reason: '前月の値を写していた', asPrinted: null },
      });
    });

    it('is in the trail, with what was corrected by what', async () => {
      const { indicator } = await plan(`indicator(key: "${card.indicatorKey}") {
        reading(period: "2025") { corrects { summary } event { summary(language: EN) } }
        auditTrail(last: 1) { nodes { subject summary changes { attribute before after } } }
      }`);
      expect(indicator).toEqual({
        reading: {
          corrects: { summary: '背景指標 my-number-card-toride の令和7年の値を 80.1 と記録' },
          event: { summary: 'Context indicator my-number-card-toride: 2025 corrected to 80.4' },
        },
        auditTrail: {
          nodes: [
            {
              subject: 'indicator/my-number-card-toride',
              summary: '背景指標 my-number-card-toride の令和7年の値を 80.4 に訂正',
              changes: [{ attribute: 'reading/2025', before: '80.1', after: '80.4' }],
            },
          ],
        },
      });
    });

    it('is withdrawn, and then there is no data again: not 0', async () => {
      const { indicator } = await daicho.record(
        'withdrawIndicator',
        { ...card, period: '2025', reason: '保有率を写していた' },
        'indicator { reading(period: "2025") { value } readings { period } }',
      );
      expect(indicator).toEqual({ reading: null, readings: [{ period: '2023' }] });
    });

    it('may correct what the plan prints: what was printed is still known as of before', async () => {
      const { position } = (await daicho.ask('{ ledger { position } }')).data.ledger;
      await daicho.record('correctIndicator', {
        ...{ ...card, period: '2023', value: '59.8', source: SOURCE },
        reason: '公表値の訂正',
      });
      const field = `indicator(key: "${card.indicatorKey}") { reading(period: "2023") { value asPrinted isCorrection } }`;
      expect((await plan(field)).indicator.reading).toEqual({ value: '59.8', asPrinted: null, isCorrection: true });
      const before = await plan(field, `, asOf: { position: "${position}" }`);
      expect(before.indicator.reading).toEqual({ value: '60.0', asPrinted: '60.0％', isCorrection: false });
    });

    it('is refused where it cannot be one, with the field, and nothing is written', async () => {
      const before = (await daicho.ask('{ ledger { size } }')).data.ledger.size;
      const refusals: [object, string, string][] = [
        [{ period: 'FY2025' }, 'PERIOD_MISMATCH', 'period'],
        [{ period: '2025-12-31' }, 'PERIOD_MISMATCH', 'period'],
        [{ period: '2026' }, 'EFFECTIVE_IN_FUTURE', 'effectiveOn'],
        [{ effectiveOn: '2024-12-31' }, 'EFFECTIVE_OUTSIDE_YEAR', 'effectiveOn'],
        [{ period: '2022', effectiveOn: '2022-12-31' }, 'EFFECTIVE_BEFORE_PLAN', 'effectiveOn'],
        [{ period: '2023', effectiveOn: '2023-04-01', value: '61' }, 'READING_EXISTS', 'period'],
        [{ source: '' }, 'SOURCE_REQUIRED', 'source'],
        [{ source: '　' }, 'SOURCE_REQUIRED', 'source'],
        [{ indicatorKey: 'nothing' }, 'INDICATOR_NOT_FOUND', 'indicatorKey'],
      ];
      for (const [change, code, field] of refusals) {
        const input = { ...card, period: '2025', value: '80', source: SOURCE, ...change };
        expect([change, await daicho.refused('recordIndicator', input)]).toEqual([
          change,
          [{ code, path: ['input', field] }],
        ]);
      }
      const coded = (
        await daicho.mutate('recordIndicator', { ...card, period: '令和7年', value: '80', source: SOURCE })
      ).errors[0].extensions.code;
      expect(coded).toBe('INVALID_PERIOD');
      expect((await daicho.ask('{ ledger { size } }')).data.ledger.size).toBe(before);
    });
  });

  it('a changed file shows what differs and asks for a reason', async () => {
    const source = readFileSync(TORIDE_FILE, 'utf8')
      .replace('value: "82.9", printed: 82.9％', 'value: "82.8", printed: 82.9％')
      .replace('title: 市ホームページ開設', 'title: 市ウェブサイト開設');
    const { data } = await daicho.mutate('loadPlan', { source }, 'differences { subject attribute before after }');
    expect(data.loadPlan.problems).toEqual([{ code: 'REASON_REQUIRED', path: ['input', 'reason'] }]);
    expect(data.loadPlan.differences.map(({ subject, attribute }: Answer) => [subject, attribute])).toEqual([
      ['indicator/internet-use', 'readings'],
      ['plan', 'initiatives'],
    ]);
    const { position } = (await daicho.ask('{ ledger { position } }')).data.ledger;
    await daicho.record('loadPlan', { source, reason: '転記の確認' });
    const changes = await plan(`changes(since: { position: "${position}" }) { subject attribute before after }`);
    expect(changes.changes[0]).toEqual({
      ...{ subject: 'indicator/internet-use', attribute: 'reading/2021', before: '82.9', after: '82.8' },
    });
  });

  it('is found again by its id, and is the same when the views are built again', async () => {
    const fields =
      'formerPlan { title } initiatives { title } indicators { id key readings { value } } warnings { subject }';
    const before = await plan(fields);
    await daicho.restartWithoutViews();
    expect(await plan(fields)).toEqual(before);
    const { data } = await daicho.ask('query ($id: ID!) { node(id: $id) { __typename ... on Indicator { key } } }', {
      id: before.indicators[0].id,
    });
    expect(data.node).toEqual({ __typename: 'Indicator', key: 'fiber-coverage-national' });
  });
});
