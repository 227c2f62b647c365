import { PLAN_FILE_BYTES_MAX, readPlanSource, type PlanEntries, type PlanFileIssue } from './plan-source.js';

/** A small plan in which every kind of entry stands. Line numbers in the stories below are those of this text. */
const PLAN = `format: daicho-plan/1
key: toride-5
title: 第五次取手市情報化計画
municipality: { name: 取手市, code: "082171" }
source: { title: 第五次取手市情報化計画 }
period: { from: 2023, to: 2025 }
phases: [計画, 検討, 構築, 運用]
statusScale:
  key: toride-status
  version: 1
  codes:
    - { code: 完了, label: { ja: 完了, en: Completed }, order: 1, sign: ◎ }
    - { code: 継続, label: { ja: 継続, en: Continuing }, order: 2 }
goals:
  - no: "1"
    title: 行政サービスの推進
    policies:
      - no: "1-2"
        title: 窓口
        measures:
          - no: "1-2-1"
            title: 書かない窓口
            isNew: true
            owners: [窓口各課]
            schedule: { "2023": [検討], "2024": [構築], "2025": [運用] }
kpis:
  - key: online-procedures
    indicator: 1
    goal: "1"
    title: 行政手続のオンライン化率
    unit: ％
    decimals: 1
    baseline: { fiscalYear: 2022, value: "79.6", numerator: "39", denominator: "49" }
    targets:
      - { fiscalYear: 2025, value: "100" }
relations:
  - { to: 総合計画, item: 行政改革, serves: ["1", "1-2", "1-2-1"] }
`;

/** What may surround it; line numbers do not matter where marks show the places. */
const SURROUNDED = `${PLAN}formerPlan:
  title: 前計画
  period: { from: 2018, to: 2022 }
  goals: [{ no: "1", title: 目標 }, { no: "2", title: 目標二 }]
  measures: 52
  where: { page: 54, heading: 第2章 }
  review:
    fiscalYear: 2022
    byStatus: [{ status: 完了, count: 49, share: "94" }, { status: 継続, count: 3, share: "6" }]
    shares:
      - { statuses: [完了, 継続], count: 52, share: "100", printed: 全て, where: { page: 55, heading: 第2章 } }
      - { goal: "1", statuses: [完了], share: "94", printed: 目標１, where: { page: 54, heading: 第2章 } }
    where: { page: 54, heading: 第2章 }
initiatives:
  - { fiscalYear: 1999, printed: 平成11年度, title: 開設, where: { heading: 第2章 } }
  - { fiscalYear: 2000, printed: 平成12年度, title: 施行, where: { heading: 第2章 } }
consultation:
  - { title: 意見公募, methods: [public-comment], from: "2023-01-10", to: "2023-02-09", where: { heading: 第1章 } }
indicators:
  - key: access-a
    title: アクセス（一）
    area: 取手市
    unit: ％
    per: fiscal-year
    breakdown: access
    where: { page: 12, heading: 第2章 }
    readings:
      - { period: FY2021, value: "70.0", printed: 70.0% }
  - key: access-b
    title: アクセス（二）
    area: 取手市
    unit: ％
    per: fiscal-year
    breakdown: access
    where: { page: 12, heading: 第2章 }
    readings:
      - { period: FY2021, value: "30.0", printed: 30.0% }
      - { period: undated, value: "100", printed: 100% }
warnings:
  - { subject: indicator/access-a, printed: [x], read: y, why: z }
`;

const issuesOf = (text: string): readonly PlanFileIssue[] => {
  const source = readPlanSource(text);
  return 'issues' in source ? source.issues : [];
};
const entriesOf = (text: string): PlanEntries => {
  const source = readPlanSource(text);
  if ('issues' in source) throw new Error(JSON.stringify(source.issues));
  return source.entries;
};

/** The plan with pieces of text replaced; each must stand in it. */
const planWith = (...changes: readonly (readonly [from: string, to: string])[]): string => textWith(PLAN, changes);

const textWith = (text: string, changes: readonly (readonly [from: string, to: string])[]): string =>
  changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the plan has no ${from}`);
    return changed.replace(from, to);
  }, text);

/** The text without its marks ▸, and where they stood, as `line:column`. */
const marked = (text: string): { text: string; marks: string[] } => {
  const pieces = text.split('▸');
  const marks = pieces.slice(0, -1).map((_, i) => {
    const before = pieces
      .slice(0, i + 1)
      .join('')
      .split('\n');
    return `${String(before.length)}:${String((before.at(-1) ?? '').length + 1)}`;
  });
  return { text: pieces.join(''), marks };
};

/** A mistake: its name, the text that makes it with ▸ at each place to be reported, what is reported from top to bottom. */
type Mistake = readonly [name: string, changes: (readonly [from: string, to: string])[], ...paths: string[]];

const expectPlaces = (changed: string, paths: readonly string[]): void => {
  const { text, marks } = marked(changed);
  expect(marks).toHaveLength(paths.length);
  expect(placesIn(text).sort(byPlace)).toEqual(marks.map((mark, i) => `${mark} ${paths[i] ?? ''}`.trim()));
};

const byPlace = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** `25:33 goals[0].policies[0]…` */
const placesIn = (text: string): string[] =>
  issuesOf(text).map(({ line, column, path }) => `${String(line)}:${String(column)} ${path}`.trim());

describe('A plan file is read', () => {
  it('into the entries of the ledger', () => {
    const { key, adoptedOn, attributes, measures, kpis } = entriesOf(PLAN);
    expect({ key, adoptedOn }).toEqual({ key: 'toride-5', adoptedOn: undefined });
    expect(attributes).toMatchObject({
      timeZone: 'Asia/Tokyo',
      period: { from: 2023, to: 2025 },
      goals: [{ no: '1', variants: [] }],
      policies: [{ no: '1-2', goal: '1', variants: [] }],
      measures: ['1-2-1'],
      kpis: ['online-procedures'],
      warnings: [],
    });
    expect(measures).toEqual([
      {
        no: '1-2-1',
        attributes: {
          title: '書かない窓口',
          variants: [],
          policy: '1-2',
          isNew: true,
          owners: ['窓口各課'],
          coordinators: [],
          schedule: {
            cells: [
              { fiscalYear: 2023, phases: ['検討'] },
              { fiscalYear: 2024, phases: ['構築'] },
              { fiscalYear: 2025, phases: ['運用'] },
            ],
            uncertain: [],
          },
        },
      },
    ]);
    expect(kpis).toMatchObject([
      {
        key: 'online-procedures',
        attributes: {
          baseline: { fiscalYear: 2022, value: '79.6', numerator: '39', denominator: '49' },
          targets: [{ fiscalYear: 2025, value: '100' }],
        },
      },
    ]);
  });

  it('with its committee: posts, the chair first, in the order printed', () => {
    expect(entriesOf(PLAN).committee).toBeUndefined();
    const { committee } = entriesOf(`${PLAN}committee:
  name: 情報化推進委員会
  chair: 副市長
  viceChairs: [総務部長]
  members: [財政部長]
  subcommittees: [{ name: 専門分科会 }]
  secretariat: 総務部
`);
    expect(committee).toEqual({
      ...{ name: '情報化推進委員会', rules: null, secretariat: '総務部', subcommittees: [{ name: '専門分科会' }] },
      seats: [
        { post: '副市長', role: 'CHAIR', order: 1 },
        { post: '総務部長', role: 'VICE_CHAIR', order: 2 },
        { post: '財政部長', role: 'MEMBER', order: 3 },
      ],
    });
  });

  it('as JSON the same', () => {
    const { adoptedOn: _, ...expected } = entriesOf(PLAN);
    const json = JSON.stringify({
      ...{ format: 'daicho-plan/1', key: 'toride-5', title: '第五次取手市情報化計画' },
      municipality: { name: '取手市', code: '082171' },
      source: { title: '第五次取手市情報化計画' },
      period: { from: 2023, to: 2025 },
      phases: ['計画', '検討', '構築', '運用'],
      statusScale: expected.attributes.statusScale,
      goals: [
        {
          ...{ no: '1', title: '行政サービスの推進' },
          policies: [
            {
              ...{ no: '1-2', title: '窓口' },
              measures: [
                {
                  ...{ no: '1-2-1', title: '書かない窓口', isNew: true, owners: ['窓口各課'] },
                  schedule: { 2023: ['検討'], 2024: ['構築'], 2025: ['運用'] },
                },
              ],
            },
          ],
        },
      ],
      kpis: [
        {
          ...{
            key: 'online-procedures',
            indicator: 1,
            goal: '1',
            title: '行政手続のオンライン化率',
            unit: '％',
            decimals: 1,
          },
          baseline: { fiscalYear: 2022, value: '79.6', numerator: '39', denominator: '49' },
          targets: [{ fiscalYear: 2025, value: '100' }],
        },
      ],
      relations: [{ to: '総合計画', item: '行政改革', serves: ['1', '1-2', '1-2-1'] }],
    });
    expect(entriesOf(json)).toEqual(entriesOf(PLAN));
  });

  it('with the value of a ratio computed', () => {
    const { kpis } = entriesOf(planWith(['value: "79.6", ', '']));
    expect(kpis[0]?.attributes.baseline).toMatchObject({ value: '79.6', numerator: '39', denominator: '49' });
  });

  it('with a contradiction of the source kept as printed', () => {
    const { kpis } = entriesOf(
      planWith(['value: "79.6", ', 'value: "81", asPrinted: true, note: ※49 手続中 39 手続, ']),
    );
    expect(kpis[0]?.attributes.baseline).toMatchObject({ value: '81', asPrinted: true, note: '※49 手続中 39 手続' });
  });
});

describe('A plan file is refused where its text is not YAML', () => {
  it('at the place where reading fails', () => {
    expect(placesIn(planWith(['[窓口各課]', '[窓口各課']))[0]).toMatch(/^25:/);
    expect(placesIn('key: "toride-5\n')[0]).toMatch(/^\d+:\d+$/);
    expect(placesIn('key: a\n\tb: c\n')[0]).toMatch(/^2:/);
  });

  it('where a key stands twice', () => {
    expect(placesIn(planWith(['title: 第五次', 'key: again\ntitle: 第五次']))).toEqual(['3:1']);
  });

  it('where it is no plan at all', () => {
    for (const text of ['', '# nothing\n', '[]', '42', 'plan', 'null']) expect(placesIn(text)).toEqual(['1:1']);
  });

  it('where it has two documents', () => {
    expect(placesIn(`${PLAN}---\n${PLAN}`)).toHaveLength(1);
  });
});

describe('A plan file is refused where it is not of the published form', () => {
  const measure = 'goals[0].policies[0].measures[0]';
  const mistakes: Mistake[] = [
    ['another format', [['daicho-plan/1', '▸daicho-plan/2']], 'format'],
    [
      'a missing entry, where it is missing',
      [
        ['format', '▸format'],
        ['title: 第五次取手市情報化計画\n', ''],
      ],
      'title',
    ],
    ['a missing entry of an inner object', [['{ name: 取手市, ', '▸{ ']], 'municipality.name'],
    ['an entry that is not known', [['key: toride-5\n', 'key: toride-5\ncolour: ▸red\n']], 'colour'],
    ['a number that is not quoted', [['no: "1-2-1"', 'no: ▸121']], `${measure}.no`],
    ['a number of another depth', [['no: "1-2-1"', 'no: ▸"1-2"']], `${measure}.no`],
    ['a figure that is not quoted', [['value: "100"', 'value: ▸100']], 'kpis[0].targets[0].value'],
    ['a figure with a comma', [['value: "100"', 'value: ▸"1,430"']], 'kpis[0].targets[0].value'],
    ['a day that does not exist', [['key: toride-5\n', 'key: toride-5\nadoptedOn: ▸"2023-02-29"\n']], 'adoptedOn'],
    ['a time zone that nobody knows', [['key: toride-5\n', 'key: toride-5\ntimeZone: ▸Mars/Base\n']], 'timeZone'],
    ['half of a character', [['title: 書かない窓口', 'title: ▸"a\\ud800b"']], `${measure}.title`],
    ['a control character', [['title: 書かない窓口', 'title: ▸"a\\0b"']], `${measure}.title`],
    ['a blank title', [['title: 書かない窓口', 'title: ▸" "']], `${measure}.title`],
    ['no owner', [['owners: [窓口各課]', 'owners: ▸[]']], `${measure}.owners`],
    ['a year in words', [['"2024": [構築]', '"令和6": ▸[構築]']], `${measure}.schedule.令和6`],
  ];

  it.each(mistakes.map(([name, ...mistake]) => ({ name, mistake })))('$name', ({ mistake: [changes, ...paths] }) => {
    expectPlaces(planWith(...changes), paths);
  });

  it('everywhere at once, in both languages', () => {
    const changed = planWith(
      ['daicho-plan/1', '▸other'],
      ['version: 1', 'version: ▸0'],
      ['no: "1-2-1"', 'no: ▸121'],
      ['value: "100"', 'value: ▸100'],
    );
    expectPlaces(changed, ['format', 'statusScale.version', `${measure}.no`, 'kpis[0].targets[0].value']);
    for (const { message } of issuesOf(marked(changed).text)) expect(message).toMatch(/[ぁ-ん].* \/ /);
  });
});

describe('A plan file is refused where its entries contradict each other', () => {
  const measure = 'goals[0].policies[0].measures[0]';
  const mistakes: Mistake[] = [
    [
      'a policy of another goal',
      [
        ['- no: "1-2"', '- no: ▸"2-2"'],
        ['no: "1-2-1"', 'no: ▸"1-2-1"'],
        ['"1-2", "1-2-1"]', '▸"1-2", "1-2-1"]'],
      ],
      'goals[0].policies[0].no',
      `${measure}.no`,
      'relations[0].serves[1]',
    ],
    [
      'a measure of another policy',
      [
        ['no: "1-2-1"', 'no: ▸"1-3-1"'],
        ['"1-2-1"]', '▸"1-2-1"]'],
      ],
      `${measure}.no`,
      'relations[0].serves[2]',
    ],
    [
      'a year without a cell',
      [
        ['schedule: {', 'schedule: ▸{'],
        [', "2024": [構築]', ''],
      ],
      `${measure}.schedule`,
    ],
    ['a year outside the period', [['"2024": [構築]', '"2024": [構築], "2026": ▸[運用]']], `${measure}.schedule.2026`],
    [
      'a phase that is not a word of the plan',
      [['"2024": [構築]', '"2024": [検討, ▸実装]']],
      `${measure}.schedule.2024[1]`,
    ],
    [
      'a doubt about a year outside the period',
      [['isNew: true', 'isNew: true\n            uncertain: [{ printed: [x], read: y, why: z, years: ▸[2029] }]']],
      `${measure}.uncertain[0].years`,
    ],
    ['a status twice', [['code: 継続', 'code: ▸完了']], 'statusScale.codes[1].code'],
    [
      'a shape twice',
      [
        ['order: 1, sign: ◎', 'order: 1, shape: circle'],
        ['en: Continuing }, order: 2', 'en: Continuing }, order: 2, shape: ▸circle'],
      ],
      'statusScale.codes[1].shape',
    ],
    ['a KPI of a goal that is not there', [['goal: "1"', 'goal: ▸"2"']], 'kpis[0].goal'],
    ['a value that is not its ratio', [['value: "79.6"', 'value: ▸"81"']], 'kpis[0].baseline.value'],
    [
      'a ratio without denominator',
      [
        ['baseline: {', 'baseline: ▸{'],
        [', denominator: "49"', ''],
      ],
      'kpis[0].baseline.denominator',
    ],
    ['a division by zero', [['denominator: "49"', 'denominator: ▸"0"']], 'kpis[0].baseline.denominator'],
    ['more than 100 percent', [['value: "100"', 'value: ▸"100.1"']], 'kpis[0].targets[0].value'],
    [
      'a figure without value',
      [['{ fiscalYear: 2025, value: "100"', '▸{ fiscalYear: 2025']],
      'kpis[0].targets[0].value',
    ],
    ['a target outside the period', [['fiscalYear: 2025', 'fiscalYear: ▸2026']], 'kpis[0].targets[0].fiscalYear'],
    [
      'two targets of one year',
      [
        [
          '- { fiscalYear: 2025, value: "100" }',
          '- { fiscalYear: 2025, value: "100" }\n      - { fiscalYear: ▸2025, value: "99" }',
        ],
      ],
      'kpis[0].targets[1].fiscalYear',
    ],
    ['a relation to a measure that is not there', [['"1-2-1"]', '▸"1-2-2"]']], 'relations[0].serves[2]'],
  ];

  it.each(mistakes.map(([name, ...mistake]) => ({ name, mistake })))('$name', ({ mistake: [changes, ...paths] }) => {
    expectPlaces(planWith(...changes), paths);
  });

  it('a post that stands twice in the committee', () => {
    const committee =
      'committee: { name: 委員会, chair: 副市長, viceChairs: [▸副市長], members: [財政部長, ▸財政部長] }\n';
    expectPlaces(PLAN + committee, ['committee.viceChairs[0]', 'committee.members[1]']);
  });

  it('a period that ends before it begins', () => {
    expect(placesIn(planWith(['from: 2023, to: 2025', 'from: 2025, to: 2023']))).toContain('6:9 period');
  });

  it('a number that stands twice', () => {
    const measures = PLAN.slice(PLAN.indexOf('          - no: "1-2-1"'), PLAN.indexOf('kpis:'));
    expect(placesIn(planWith(['kpis:', `${measures}kpis:`]))).toEqual(['26:17 goals[0].policies[0].measures[1].no']);

    const goals = PLAN.slice(PLAN.indexOf('  - no: "1"'), PLAN.indexOf('kpis:'));
    expect(placesIn(planWith(['kpis:', `${goals}kpis:`]))).toEqual([
      '26:9 goals[1].no',
      '29:13 goals[1].policies[0].no',
      '32:17 goals[1].policies[0].measures[0].no',
    ]);

    const kpis = PLAN.slice(PLAN.indexOf('  - key: online'), PLAN.indexOf('relations:'));
    expect(placesIn(planWith(['relations:', `${kpis}relations:`]))).toEqual(['36:10 kpis[1].key']);
  });

  it('everywhere at once', () => {
    const changed = planWith(
      ['code: 継続', 'code: ▸完了'],
      ['"2024": [構築]', '"2024": [▸実装]'],
      ['goal: "1"', 'goal: ▸"9"'],
    );
    expectPlaces(changed, ['statusScale.codes[1].code', `${measure}.schedule.2024[0]`, 'kpis[0].goal']);
  });
});

describe('A plan file is refused where what surrounds the plan contradicts itself', () => {
  const kept = (subject: string): readonly [string, string] => [
    'warnings:\n',
    `warnings:\n  - { subject: ${subject}, printed: [x], read: y, why: z }\n`,
  ];
  const mistakes: Mistake[] = [
    [
      'a total that is not the sum of its parts',
      [
        ['measures: 52', 'measures: ▸53'],
        ['share: "94"', 'share: ▸"94"'],
        ['share: "100"', 'share: ▸"100"'],
      ],
      'formerPlan.measures',
      'formerPlan.review.byStatus[0].share',
      'formerPlan.review.shares[0].share',
    ],
    ['a share that is not its ratio', [['share: "94"', 'share: ▸"95"']], 'formerPlan.review.byStatus[0].share'],
    ['a count of several statuses', [['count: 52', 'count: ▸51']], 'formerPlan.review.shares[0].count'],
    [
      'a goal of which less is so than of all goals together',
      [['statuses: [完了], share: "94"', 'statuses: [完了, 継続], share: ▸"94"']],
      'formerPlan.review.shares[1].share',
    ],
    [
      'a former goal that is not there',
      [['goal: "1", statuses', 'goal: ▸"3", statuses']],
      'formerPlan.review.shares[1].goal',
    ],
    ['a former goal twice', [['no: "2", title: 目標二', 'no: ▸"1", title: 目標二']], 'formerPlan.goals[1].no'],
    [
      'a status that is not counted',
      [['statuses: [完了], share', 'statuses: [▸停滞], share']],
      'formerPlan.review.shares[1].statuses[0]',
    ],
    ['an initiative out of order', [['fiscalYear: 2000', 'fiscalYear: ▸1998']], 'initiatives[1].fiscalYear'],
    [
      'an initiative twice',
      [['fiscalYear: 2000, printed: 平成12年度, title: 施行', 'fiscalYear: 1999, printed: 平成11年度, title: ▸開設']],
      'initiatives[1].title',
    ],
    ['a consultation that ends before it begins', [['to: "2023-02-09"', 'to: ▸"2023-01-09"']], 'consultation[0].to'],
    ['an indicator twice', [['key: access-b', 'key: ▸access-a']], 'indicators[1].key'],
    ['a period of another kind', [['- { period: undated', '- { period: ▸"2021"']], 'indicators[1].readings[1].period'],
    [
      'a period twice',
      [
        ['breakdown: access', 'breakdown: ▸access'],
        ['- { period: undated', '- { period: ▸FY2021'],
      ],
      'indicators[0].breakdown',
      'indicators[1].readings[1].period',
    ],
    [
      'shares of a whole that do not add to 100',
      [
        ['breakdown: access', 'breakdown: ▸access'],
        ['value: "30.0"', 'value: "30.1"'],
      ],
      'indicators[0].breakdown',
    ],
    ['a warning of nothing', [['subject: indicator/access-a', 'subject: ▸indicator/access-c']], 'warnings[0].subject'],
    ['a relation to no policy', [['"1-2-1"]', 'plan, ▸"9-9"]']], 'relations[0].serves[3]'],
  ];

  it.each(mistakes.map(([name, ...mistake]) => ({ name, mistake })))('$name', ({ mistake: [changes, ...paths] }) => {
    expectPlaces(textWith(SURROUNDED, changes), paths);
  });

  it('nowhere when it does not', () => {
    expect(placesIn(SURROUNDED)).toEqual([]);
  });

  it('unless a warning keeps it as the source prints it', () => {
    const printed: (readonly [string, string])[][] = [
      [['measures: 52', 'measures: 53'], kept('former-plan')],
      [['share: "94"', 'share: "95"'], kept('former-plan')],
      [['statuses: [完了], share: "94"', 'statuses: [完了, 継続], share: "94"'], kept('former-plan/goal/1')],
      [['value: "30.0"', 'value: "30.1"'], kept('breakdown/access')],
    ];
    for (const changes of printed) {
      expect(placesIn(textWith(SURROUNDED, changes.slice(0, 1)))).not.toEqual([]);
      expect(placesIn(textWith(SURROUNDED, changes))).toEqual([]);
    }
  });

  it('where a period is none, or a day that does not exist', () => {
    for (const period of ['令和3年度', '"2021-02-29"', 'FY21', '"20210401"']) {
      const text = textWith(SURROUNDED, [['- { period: undated', `- { period: ${period}`]]);
      expect(placesIn(text)).toEqual([expect.stringContaining('indicators[1].readings[1].period')]);
    }
  });
});

describe('A plan file is refused where it is no honest plan', () => {
  it('too large', () => {
    const padded = (bytes: number): string => PLAN + '#'.repeat(bytes - Buffer.byteLength(PLAN));
    expect(placesIn(padded(PLAN_FILE_BYTES_MAX))).toEqual([]);
    expect(placesIn(padded(PLAN_FILE_BYTES_MAX + 1))).toEqual(['1:1']);
    // counted in bytes, not in characters
    expect(placesIn(`${PLAN}# ${'計'.repeat(PLAN_FILE_BYTES_MAX / 3)}`)).toEqual(['1:1']);
  });

  it('an alias bomb, before it goes off, and says only that', () => {
    const often = (alias: string): string => Array(40).fill(`*${alias}`).join(', ');
    const measure = '{ no: "1-1-1", title: t, isNew: true, owners: [a], schedule: { "2023": [検討] } }';
    const policy = `{ no: "1-1", title: t, measures: [&m ${measure}, ${often('m')}] }`;
    const goal = `{ no: "1", title: t, policies: [&p ${policy}, ${often('p')}] }`;
    const [before = '', rest = ''] = PLAN.split('goals:');
    const after = rest.slice(rest.indexOf('kpis:'));
    expect(placesIn(`${before}goals: [&g ${goal}, ${often('g')}]\n${after}`)).toEqual(['1:1']);
  });

  it('an alias of nothing', () => {
    expect(placesIn(planWith(['phases: [計画', 'phases: [*nothing, 計画']))).toHaveLength(1);
  });

  it('aliases within reason are followed', () => {
    const { kpis } = entriesOf(
      planWith(
        ['title: 行政手続のオンライン化率', 'title: &t 行政手続'],
        ['unit: ％', 'variants: [{ title: *t, where: 第3章 }]\n    unit: ％'],
      ),
    );
    expect(kpis[0]?.attributes.variants).toEqual([{ title: '行政手続', where: '第3章' }]);
  });

  it('an alias of itself', () => {
    expect(issuesOf(planWith(['phases: [計画', 'phases: &p [*p, 計画'])).length).toBeGreaterThan(0);
  });

  it('a tag that would make something else than data', () => {
    const { measures } = entriesOf(planWith(['title: 書かない窓口', 'title: !!js/function "function () {}"']));
    expect(measures[0]?.attributes.title).toBe('function () {}');
  });
});
