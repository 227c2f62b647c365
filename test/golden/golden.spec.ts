import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../src/catalogue.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { uuidOf } from '../../src/eventsourcing/handle.js';
import { positionOf } from '../../src/eventsourcing/position.js';

/**
 * One stored event of each type and version that Daicho ever wrote, and what it means today. A file is added with each
 * new version (`DAICHO_WRITE_GOLDEN=1` writes those that are missing, from the data below) and never changed.
 */
const FOLDER = 'test/golden';
const FILE = /^([A-Za-z]+)\.v(\d+)\.json$/;

interface Golden {
  readonly event: RecordedEvent;
  readonly projected: object;
  readonly sentence: object;
}

const meaningOf = (event: RecordedEvent): Omit<Golden, 'event'> => {
  const { scope, subject, assertions, supersedes } = catalogue.project(event);
  const sentence = { ja: catalogue.sentence(event, 'ja'), en: catalogue.sentence(event, 'en') };
  return asJson({ projected: { scope, subject, assertions, supersedes }, sentence });
};

/** As it is after writing and reading: without what is undefined. */
const asJson = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

type Sample = readonly [type: string, stream: string, revision: number, effectiveOn: string, data: object];

const entry = (type: string, revision: number): { eventId: string; revision: number } => ({
  eventId: uuidOf('golden', type, '1'),
  revision,
});

/** The decision that an event cites. */
const DECISION = uuidOf('golden', 'DecisionMade', '1');
const place = (page: number, heading: string): object => ({ page, heading });

const REPORT_CONTENT = {
  results: '予約の6割が電子',
  issues: '高齢者の利用が少ない',
  nextSteps: '窓口での操作支援',
  direction: 'IMPROVE',
  rating: { scale: 'toride-status', version: 1, code: '停滞' },
  ratingReason: '計画より遅れている',
  cause: '人手不足',
  action: '委託',
  budget: '1200',
  expenditure: '1187.5',
  response: '窓口に案内を置いた',
  remarks: '国の補助 600 千円を含む',
  evidence: [
    {
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      name: '予約件数.pdf',
      mediaType: 'application/pdf',
      bytes: 52_000,
      isPublic: true,
    },
    { url: 'https://www.city.toride.ibaraki.jp/', title: '市の案内', isPublic: false },
  ],
};

/** Data of today's version of each type. */
const SAMPLES: readonly Sample[] = [
  [
    'PlanAdopted',
    'plan-toride-5',
    0,
    '2023-04-01',
    {
      planKey: 'toride-5',
      title: '第五次取手市情報化計画',
      municipality: { name: '取手市', code: '082171' },
      source: { title: '第五次取手市情報化計画（取手市、令和5〜9年度）', note: '本文と別表' },
      timeZone: 'Asia/Tokyo',
      period: { from: 2023, to: 2027 },
      phases: ['計画', '検討', '構築', '運用'],
      statusScale: {
        key: 'toride-status',
        version: 1,
        source: '前計画の評価',
        codes: [
          {
            ...{ code: '完了', label: { ja: '完了／目標達成', en: 'Completed / target reached' }, order: 1, sign: '◎' },
            meaning: { ja: '計画した取組を終え、目標に達した', en: 'All that was planned is done' },
            ...{ shape: 'ring', neutral: 'DONE' },
          },
          { code: '継続', label: { ja: '継続', en: 'Continuing' }, order: 2, shape: 'circle', neutral: 'ON_TRACK' },
          { code: '停滞', label: { ja: '停滞', en: 'Stalled' }, order: 3, needsCause: true, neutral: 'OFF_TRACK' },
        ],
      },
      goals: [
        {
          no: '1',
          title: 'デジタル技術の便利さを実感できる行政サービスの推進',
          variants: [{ title: 'デジタル技術の恩恵を感じられる行政サービスの推進', where: '第3章4⑶ 見出し' }],
        },
      ],
      policies: [{ no: '1-2', goal: '1', title: '窓口サービスの改革', variants: [] }],
      relations: [
        { to: '取手市総合計画', item: '行政改革', serves: ['1', '1-2-1'], why: '第2章の図' },
        { to: 'SDGs', item: '図表78', serves: ['1-2'], kind: 'sdgs', isIllegible: true, where: place(68, '第3章4⑴') },
      ],
      warnings: [{ subject: 'goal/1', printed: ['便利さ', '恩恵'], read: '便利さ', why: '二か所で異なる' }],
      predecessor: 'toride-4',
      measures: ['1-2-1', '2-3-1'],
      kpis: ['online-procedures'],
      indicators: ['my-number-card-toride'],
      formerPlan: {
        title: '第四次取手市情報化計画',
        variants: [{ title: '第四次取手市地域情報化計画', where: 'p.1 第1章1' }],
        period: { from: 2018, to: 2022 },
        goals: [{ no: '1', title: '便利でわかりやすい電子行政サービスの推進' }],
        policies: 9,
        measures: 52,
        where: place(54, '第2章5イ'),
        review: {
          fiscalYear: 2022,
          byStatus: [
            { status: '完了／目標達成', count: 49, share: '94' },
            { status: '継続', count: 3, share: '6' },
          ],
          shares: [
            {
              goal: '1',
              statuses: ['完了／目標達成', '継続'],
              share: '94',
              printed: '目標１では 94％',
              where: place(54, '第2章5イ'),
            },
          ],
          where: place(54, '第2章5イ'),
        },
        unplanned: [{ title: '「GIGA スクール構想」への対応', where: place(55, '第2章5ウ') }],
      },
      initiatives: [
        { fiscalYear: 1999, printed: '平成 11 年度', title: '市ホームページ開設', where: place(51, '第2章5ア') },
      ],
      consultation: [
        {
          title: '市民意見公募（パブリックコメント）の実施',
          methods: ['public-comment'],
          audience: '市民',
          outcome: '⇒ 新計画への反映',
          where: place(5, '第1章5⑵'),
        },
      ],
    },
  ],
  [
    'PlanRevised',
    'plan-toride-5',
    1,
    '2024-04-01',
    {
      planKey: 'toride-5',
      changes: {
        title: '第五次取手市情報化計画（改訂版）',
        goals: [{ no: '1', title: '便利さを実感できる行政サービスの推進', variants: [] }],
        measures: ['1-2-1', '2-3-1', '2-3-2'],
        initiatives: [
          { fiscalYear: 2001, printed: '平成 13 年度', title: 'IT ワーキングチーム発足', where: place(51, '第2章5ア') },
        ],
        statusScale: {
          key: 'toride-status',
          version: 2,
          codes: [{ code: '達成', label: { ja: '達成', en: 'Reached' }, order: 1, shape: 'star', neutral: 'DONE' }],
        },
      },
      formerScale: {
        key: 'toride-status',
        version: 1,
        codes: [
          { code: '完了', label: { ja: '完了／目標達成', en: 'Completed / target reached' }, order: 1, sign: '◎' },
        ],
      },
      reason: '中間見直し',
    },
  ],
  [
    'MeasureAdopted',
    'measure-toride-5-2-3-1',
    0,
    '2023-04-01',
    {
      planKey: 'toride-5',
      measureNo: '2-3-1',
      title: '在宅型テレワークの推進',
      variants: [{ title: '在宅型テレワークの実施', where: '第4章 一覧' }],
      policy: '2-3',
      isNew: true,
      owners: ['人事課', '情報管理課'],
      carriedOverFrom: ['2-2-4'],
      coordinators: ['情報管理課'],
      schedule: {
        cells: [
          { fiscalYear: 2023, phases: ['運用'] },
          { fiscalYear: 2024, phases: ['⇒'] },
          { fiscalYear: 2025, phases: ['運用', '検討'] },
          { fiscalYear: 2026, phases: ['構築', '運用'] },
          { fiscalYear: 2027, phases: ['⇒'] },
        ],
        note: '試行の結果による',
        uncertain: [
          {
            printed: ['運用 ⇒ 運用', '検討', '構築', '運用', '⇒ 人事課'],
            read: 'R5 運用／R6 ⇒／R7 運用 検討／R8 構築 運用／R9 ⇒',
            why: '抽出文では欄が左から右、上揃えで並ぶ。',
            years: [2025, 2026],
          },
        ],
      },
    },
  ],
  [
    'MeasureRevised',
    'measure-toride-5-2-3-1',
    1,
    '2025-04-01',
    {
      planKey: 'toride-5',
      measureNo: '2-3-1',
      changes: { title: '在宅型テレワークの定着' },
      corrects: entry('MeasureRevised', 1),
      reason: '議決書と異なるため',
      decidedBy: '庁議',
      decision: DECISION,
    },
  ],
  [
    'MeasureRevisionWithdrawn',
    'measure-toride-5-2-3-1',
    2,
    '2025-04-01',
    {
      planKey: 'toride-5',
      measureNo: '2-3-1',
      attribute: 'owners',
      withdraws: entry('MeasureRevised', 1),
      reason: '再考',
    },
  ],
  [
    'SuccessorEntered',
    'measure-toride-5-1-2-6',
    0,
    '2027-04-01',
    {
      ...{ planKey: 'toride-5', measureNo: '1-2-6', succession: uuidOf('golden', 'succession'), kind: 'SPLIT' },
      ...{ predecessors: ['1-2-1'], successors: ['1-2-6', '1-2-7'], title: '書かない窓口', policy: '1-2' },
      ...{ owners: ['市民課'], coordinators: ['情報管理課'] },
      schedule: { cells: [{ fiscalYear: 2027, phases: ['運用'] }], uncertain: [] },
      ...{ reason: '窓口と予約を分けて進めるため', decidedBy: '情報化推進委員会', decision: DECISION },
    },
  ],
  [
    'SuccessorWithdrawn',
    'measure-toride-5-1-2-6',
    1,
    '2027-04-01',
    { planKey: 'toride-5', measureNo: '1-2-6', withdraws: entry('SuccessorEntered', 0), reason: '再考' },
  ],
  [
    'MeasureSucceeded',
    'measure-toride-5-1-2-1',
    9,
    '2027-04-01',
    {
      ...{ planKey: 'toride-5', measureNo: '1-2-1', succession: uuidOf('golden', 'succession'), kind: 'SPLIT' },
      ...{ predecessors: ['1-2-1'], successors: ['1-2-6', '1-2-7'] },
      ...{ reason: '窓口と予約を分けて進めるため', decidedBy: '情報化推進委員会', decision: DECISION },
    },
  ],
  [
    'MeasureSuccessionWithdrawn',
    'measure-toride-5-1-2-1',
    10,
    '2027-04-01',
    { planKey: 'toride-5', measureNo: '1-2-1', withdraws: entry('MeasureSucceeded', 9), reason: '再考' },
  ],
  [
    'MeasureStatusChanged',
    'measure-toride-5-1-2-1',
    1,
    '2025-03-31',
    {
      planKey: 'toride-5',
      measureNo: '1-2-1',
      status: '調整',
      scale: { key: 'toride-status', version: 1 },
      reason: '仕様の調整に時間を要したため',
      decision: DECISION,
    },
  ],
  [
    'MeasureStatusCorrected',
    'measure-toride-5-1-2-1',
    2,
    '2025-03-31',
    {
      planKey: 'toride-5',
      measureNo: '1-2-1',
      status: '継続',
      scale: { key: 'toride-status', version: 1 },
      corrects: entry('MeasureStatusChanged', 1),
      reason: '区分の取り違え',
      decision: DECISION,
    },
  ],
  [
    'MeasureStatusWithdrawn',
    'measure-toride-5-1-2-1',
    3,
    '2025-03-31',
    {
      planKey: 'toride-5',
      measureNo: '1-2-1',
      withdraws: entry('MeasureStatusCorrected', 2),
      reason: '別の施策の報告',
    },
  ],
  [
    'ScheduleShifted',
    'measure-toride-5-1-2-1',
    4,
    '2025-11-20',
    {
      planKey: 'toride-5',
      measureNo: '1-2-1',
      phase: '構築',
      from: 2024,
      to: 2025,
      cascade: true,
      reason: '仕様の調整に時間を要したため',
      decidedBy: '情報化推進委員会',
      decision: DECISION,
    },
  ],
  [
    'ScheduleShiftWithdrawn',
    'measure-toride-5-1-2-1',
    5,
    '2025-11-20',
    {
      planKey: 'toride-5',
      measureNo: '1-2-1',
      withdraws: entry('ScheduleShifted', 4),
      reason: '誤って入力',
    },
  ],
  [
    'KpiAdopted',
    'kpi-toride-5-online-procedures',
    0,
    '2023-04-01',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      title: '行政手続のオンライン化率',
      variants: [],
      indicator: 1,
      goal: '1',
      unit: '％',
      decimals: 1,
      minimum: '0',
      maximum: '100',
      baseline: {
        fiscalYear: 2022,
        value: '81',
        numerator: '39',
        denominator: '49',
        note: '※49 手続中 39 手続',
        asPrinted: true,
      },
      targets: [{ fiscalYear: 2027, value: '100', numerator: '49', denominator: '49', note: '※49 手続中 49 手続' }],
    },
  ],
  [
    'KpiRevised',
    'kpi-toride-5-online-procedures',
    1,
    '2024-04-01',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      changes: { baseline: { fiscalYear: 2022, value: '79.6', numerator: '39', denominator: '49' } },
      corrects: entry('KpiRevised', 1),
      reason: '集計の誤り',
      decidedBy: '庁議',
      decision: DECISION,
    },
  ],
  [
    'KpiRevisionWithdrawn',
    'kpi-toride-5-online-procedures',
    2,
    '2024-04-01',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      attribute: 'baseline',
      withdraws: entry('KpiRevised', 1),
      reason: '再考',
    },
  ],
  [
    'TitleRevised',
    'title-toride-5-goal-1',
    1,
    '2027-04-01',
    {
      planKey: 'toride-5',
      subject: 'goal/1',
      title: 'デジタル技術の恩恵を感じられる行政サービスの推進',
      corrects: entry('TitleRevised', 0),
      reason: '表記の統一',
      decidedBy: '庁議',
      decision: DECISION,
    },
  ],
  [
    'TitleRevisionWithdrawn',
    'title-toride-5-goal-1',
    2,
    '2027-04-01',
    { planKey: 'toride-5', subject: 'goal/1', withdraws: entry('TitleRevised', 1), reason: '再考' },
  ],
  [
    'ReadingRecorded',
    'kpi-toride-5-online-procedures',
    2,
    '2025-03-31',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      fiscalYear: 2024,
      value: '83.7',
      numerator: '41',
      denominator: '49',
      note: '※49 手続中 41 手続',
      reason: '年度末の集計',
    },
  ],
  [
    'ReadingCorrected',
    'kpi-toride-5-online-procedures',
    3,
    '2025-03-31',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      fiscalYear: 2024,
      value: '85.7',
      numerator: '42',
      denominator: '49',
      corrects: entry('ReadingRecorded', 2),
      reason: '集計漏れ 1 件',
    },
  ],
  [
    'ReadingWithdrawn',
    'kpi-toride-5-online-procedures',
    4,
    '2025-03-31',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      fiscalYear: 2024,
      withdraws: entry('ReadingCorrected', 3),
      reason: '別の年度の値',
    },
  ],
  [
    'TargetRevised',
    'kpi-toride-5-online-procedures',
    5,
    '2026-04-01',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      fiscalYear: 2027,
      value: '95',
      note: '対面に限る手続を除く',
      reason: '法令により対面を要する手続があるため',
      decision: DECISION,
    },
  ],
  [
    'TargetWithdrawn',
    'kpi-toride-5-online-procedures',
    6,
    '2026-04-01',
    {
      planKey: 'toride-5',
      kpiKey: 'online-procedures',
      fiscalYear: 2027,
      withdraws: entry('TargetRevised', 5),
      reason: '見直しの取りやめ',
    },
  ],
  [
    'DivisionEstablished',
    'directory-082171',
    0,
    '2023-04-01',
    { town: '082171', division: '各課', isCollective: true, members: 'all' },
  ],
  [
    'DivisionRenamed',
    'directory-082171',
    1,
    '2027-04-01',
    {
      town: '082171',
      division: '魅力とりで発信課',
      former: '魅力とりで発信課',
      name: '広報広聴課',
      reason: '機構改革',
    },
  ],
  [
    'DivisionSetUp',
    'directory-082171',
    5,
    '2026-09-10',
    { town: '082171', division: '災害対策本部情報班', reason: '台風14号', decidedBy: '災害対策本部' },
  ],
  [
    'DivisionAbolished',
    'directory-082171',
    2,
    '2027-04-01',
    { town: '082171', division: '指導課', successors: ['学務課'], reason: '機構改革', decidedBy: '庁議' },
  ],
  [
    'CollectiveDefined',
    'directory-082171',
    3,
    '2025-04-01',
    { town: '082171', division: '窓口各課', members: ['市民課', '国保年金課'], reason: '窓口のある課' },
  ],
  ['PostFilled', 'directory-082171', 4, '2025-04-01', { town: '082171', post: '副市長', person: 'p0123456789ab' }],
  ['PersonRegistered', 'person-p0123456789ab', 0, '2025-04-01', { person: 'p0123456789ab' }],
  [
    'RoleGranted',
    'person-p0123456789ab',
    1,
    '2025-04-01',
    {
      person: 'p0123456789ab',
      role: 'reporter',
      planKey: 'toride-5',
      division: '国保年金課',
      from: '2025-04-01',
      to: '2026-03-31',
    },
  ],
  [
    'RoleRevoked',
    'person-p0123456789ab',
    2,
    '2025-10-01',
    {
      person: 'p0123456789ab',
      grant: uuidOf('golden', 'RoleGranted', '1'),
      role: 'reporter',
      planKey: 'toride-5',
      division: '国保年金課',
      from: '2025-04-01',
      to: '2026-03-31',
      reason: '異動',
    },
  ],
  [
    'TokenIssued',
    'person-p0123456789ab',
    3,
    '2025-04-01',
    {
      person: 'p0123456789ab',
      token: 'k7m2p9qx',
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      scope: 'write',
      expiresAt: '2026-04-01T00:00:00.000Z',
      label: '報告用',
    },
  ],
  [
    'TokenRevoked',
    'person-p0123456789ab',
    4,
    '2025-10-01',
    {
      person: 'p0123456789ab',
      token: 'k7m2p9qx',
      scope: 'write',
      expiresAt: '2026-04-01T00:00:00.000Z',
      label: '報告用',
      reason: '紛失',
    },
  ],
  [
    'LedgerKeyRotated',
    'ledger',
    0,
    '2026-04-01',
    {
      from: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
      to: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
      reason: '年次の交換',
    },
  ],
  [
    'SignInLinkIssued',
    'person-p0123456789ab',
    5,
    '2025-10-01',
    {
      person: 'p0123456789ab',
      link: 'a2b3c4d5',
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      expiresAt: '2025-10-01T01:15:00.000Z',
    },
  ],
  ['SignInLinkUsed', 'person-p0123456789ab', 6, '2025-10-01', { person: 'p0123456789ab', link: 'a2b3c4d5' }],
  [
    'IndicatorAdopted',
    'indicator-toride-5-my-number-card-toride',
    0,
    '2023-04-01',
    {
      planKey: 'toride-5',
      indicatorKey: 'my-number-card-toride',
      definition: {
        title: 'マイナンバーカードの交付率',
        area: '取手市',
        unit: '％',
        per: 'calendar-year',
        source: '総務省：ウェブサイト「マイナンバーカード交付状況について」より作図',
        where: { page: 15, heading: '第2章1⑵キ', figure: '図表20' },
        note: '令和２年の値は図にしかない',
      },
      readings: [
        {
          period: '2023',
          value: '60.0',
          printed: '60.0％',
          note: '全国平均と比べて 3.5 ポイント下回る',
          where: { page: 15, heading: '第2章1⑵キ' },
        },
      ],
    },
  ],
  [
    'IndicatorRevised',
    'indicator-toride-5-my-number-card-toride',
    1,
    '2024-04-01',
    {
      planKey: 'toride-5',
      indicatorKey: 'my-number-card-toride',
      changes: { readings: [{ period: '2022', value: '50', printed: '約半数', qualifier: '約' }] },
      reason: '図の読み取り',
    },
  ],
  [
    'IndicatorReadingRecorded',
    'indicator-toride-5-my-number-card-toride',
    2,
    '2024-12-31',
    {
      planKey: 'toride-5',
      indicatorKey: 'my-number-card-toride',
      period: '2024',
      value: '73.9',
      source: '総務省「マイナンバーカード交付状況について」',
      note: '12月末',
      reason: '公表の遅れ',
    },
  ],
  [
    'IndicatorReadingCorrected',
    'indicator-toride-5-my-number-card-toride',
    3,
    '2024-12-31',
    {
      planKey: 'toride-5',
      indicatorKey: 'my-number-card-toride',
      period: '2024',
      value: '74.2',
      source: '総務省「マイナンバーカード交付状況について」',
      corrects: entry('IndicatorReadingRecorded', 2),
      reason: '前月の値を写した',
    },
  ],
  [
    'IndicatorReadingWithdrawn',
    'indicator-toride-5-my-number-card-toride',
    4,
    '2024-12-31',
    {
      planKey: 'toride-5',
      indicatorKey: 'my-number-card-toride',
      period: '2024',
      withdraws: entry('IndicatorReadingCorrected', 3),
      reason: '保有率を交付率と取り違えた',
    },
  ],
  [
    'InitiativeEntered',
    'measure-toride-5-U1',
    0,
    '2026-10-01',
    {
      planKey: 'toride-5',
      measureNo: 'U1',
      title: '住民記録システムの改修',
      goal: '1',
      cause: 'LAW',
      causeNote: '改正住民基本台帳法',
      owners: ['市民課'],
      coordinators: ['情報管理課'],
      schedule: {
        cells: [
          { fiscalYear: 2026, phases: ['検討', '構築'] },
          { fiscalYear: 2027, phases: ['運用'] },
        ],
        uncertain: [],
      },
      reason: '施行日までに対応しなければならないため',
      decidedBy: '情報化推進委員会',
      decision: DECISION,
    },
  ],
  [
    'InitiativeCorrected',
    'measure-toride-5-U1',
    1,
    '2026-10-01',
    {
      planKey: 'toride-5',
      measureNo: 'U1',
      title: '住民記録システムの改修',
      goal: '4',
      cause: 'FUNDING',
      owners: ['市民課'],
      coordinators: [],
      schedule: { cells: [{ fiscalYear: 2027, phases: ['運用'] }], uncertain: [] },
      reason: '財源の区分の誤り',
      decision: DECISION,
      corrects: entry('InitiativeEntered', 0),
    },
  ],
  [
    'InitiativeWithdrawn',
    'measure-toride-5-U1',
    2,
    '2026-10-01',
    {
      planKey: 'toride-5',
      measureNo: 'U1',
      withdraws: entry('InitiativeCorrected', 1),
      reason: '二重の登録',
    },
  ],
  [
    'MeasureEnded',
    'measure-toride-5-2-2-7',
    1,
    '2025-02-14',
    {
      planKey: 'toride-5',
      measureNo: '2-2-7',
      ending: 'CONSIDERED_NOT_DONE',
      reason: '導入の費用に見合う効果がないため',
      decidedBy: '情報化推進委員会',
      decision: DECISION,
    },
  ],
  [
    'MeasureEndingCorrected',
    'measure-toride-5-2-2-7',
    2,
    '2025-02-10',
    {
      planKey: 'toride-5',
      measureNo: '2-2-7',
      ending: 'STOPPED',
      endingReason: '導入の費用に見合う効果がないため',
      corrects: entry('MeasureEnded', 1),
      reason: '決定日の誤り',
      decision: DECISION,
    },
  ],
  [
    'MeasureEndingWithdrawn',
    'measure-toride-5-2-2-7',
    3,
    '2025-02-10',
    {
      planKey: 'toride-5',
      measureNo: '2-2-7',
      withdraws: entry('MeasureEndingCorrected', 2),
      reason: '再検討のため',
    },
  ],
  ...(
    [
      ['ReportDrafted', { content: { results: '予約の6割が電子', evidence: [] } }],
      ['ReportSubmitted', { content: REPORT_CONTENT, reason: '集計漏れ' }],
      ['ReportReturned', { content: REPORT_CONTENT, reason: '件数を示してください' }],
      ['ReportApproved', { content: REPORT_CONTENT }],
      ['ReportCorrected', { content: REPORT_CONTENT, corrects: entry('ReportApproved', 3), reason: '誤記' }],
      ['ReportWithdrawn', { withdraws: entry('ReportCorrected', 4), reason: '別の施策の報告' }],
      ['ReportCommented', { text: '前年度は 41％ でした' }],
    ] as const
  ).map(([type, data], revision): Sample => [
    type,
    'report-toride-5-1-1-5-2026-ANNUAL-国保年金課',
    revision,
    '2027-03-31',
    { planKey: 'toride-5', measureNo: '1-1-5', fiscalYear: 2026, period: 'ANNUAL', division: '国保年金課', ...data },
  ]),
  ...(
    [
      ['RoundOpened', {}],
      ['DeadlineChanged', { reason: '人事異動' }],
      ['RoundClosed', {}],
      ['RoundReopened', { reason: '未提出の課がある' }],
    ] as const
  ).map(([type, data], revision): Sample => [
    type,
    'review-toride-5-2026',
    revision,
    '2027-05-20',
    {
      planKey: 'toride-5',
      fiscalYear: 2026,
      period: 'ANNUAL',
      deadline: '2027-06-30',
      deadlines: [{ division: '財政課', deadline: '2027-06-15' }],
      ...data,
    },
  ]),
  [
    'ReviewClosed',
    'review-toride-5-2026',
    4,
    '2027-06-30',
    {
      planKey: 'toride-5',
      fiscalYear: 2026,
      pinned: { effectiveOn: '2027-03-31', position: '00000000000000004242' },
    },
  ],
  [
    'ReviewReopened',
    'review-toride-5-2026',
    5,
    '2027-07-01',
    { planKey: 'toride-5', fiscalYear: 2026, reason: '二課の報告を加えるため' },
  ],
  [
    'MeasureEvaluated',
    'evaluation-toride-5-1-1-5-2026',
    1,
    '2027-03-31',
    {
      planKey: 'toride-5',
      fiscalYear: 2026,
      measureNo: '1-1-5',
      by: 'COMMITTEE',
      rating: { scale: 'toride-status', version: 1, code: '調整' },
      comment: '利用者の声を確かめること',
      corrects: entry('MeasureEvaluated', 0),
      reason: '再審議',
      decision: DECISION,
    },
  ],
  [
    'EvaluationWithdrawn',
    'evaluation-toride-5-1-1-5-2026',
    2,
    '2027-03-31',
    {
      planKey: 'toride-5',
      fiscalYear: 2026,
      measureNo: '1-1-5',
      by: 'COMMITTEE',
      withdraws: entry('MeasureEvaluated', 1),
      reason: '別の施策',
    },
  ],
  ...committeeSamples(),
  [
    'PersonDescribed',
    'person-p0123456789ab',
    7,
    '2025-04-01',
    {
      person: 'p0123456789ab',
      sealed:
        'u82YGbIPpXJ+efhSQO7MoMIj5CaYgbWQxXJu+gWx0Pvs2bxu7D4+SYXZa/fRDBSy1vqZ6bW2iDYKd7npUGeSgtaQRHRGXPs3YYdpOPssVgG+PY1z14YrSgqW+m67J/H0H6eCPEZCdEgQ7RLHSjwL/ofZMWti6cKKDDzsHHSEmNU93XLXAM8l5n9fpyDUXMH3cBUpOK7SeTqoGeUhqz6vY1n9MUx7MhuDd2YwkNwedQvHI5lfqnvplJ5yQOVswUzJY/i3Ys+rWmrVawjw878gF+xl7pjx+kJJm3fZpR+Zp8hvT8x9qU5GG4HPffc/FfguEpOWqNM8J0bQ6L8iBXnsGrhGZPLVZyFXwU03TTMCPIvbNh017uem2oQtoZY=',
    },
  ],
  [
    'PersonalDataErased',
    'person-p0123456789ab',
    8,
    '2026-03-31',
    { person: 'p0123456789ab', ground: 'REQUESTED', events: ['5f0c8d6e-2b1a-8c3d-9e4f-0a1b2c3d4e5f'] },
  ],
];

function committeeSamples(): Sample[] {
  const planKey = 'toride-5';
  const chair = { post: '副市長', role: 'CHAIR', order: 1 };
  const vice = { post: '総務部長', role: 'VICE_CHAIR', order: 2 };
  const member = { post: '財政部長', role: 'MEMBER', order: 3 };
  const presiding = { post: '総務部長', role: 'VICE_CHAIR', actingReason: '委員長が出張中のため' };
  const [meeting, circulation] = ['MeetingRecorded', 'CirculationOpened'].map((type) => uuidOf('golden', type, '1'));
  const decisionId = uuidOf('golden', 'DecisionMade', '1');
  const decision = {
    no: 'R8-1',
    body: '取手市情報化推進委員会',
    circulation,
    presiding,
    title: '窓口システムの構築年度の変更',
    subjects: ['measure/1-2-1'],
    outcome: 'APPROVED_WITH_CHANGES',
    text: '構築を令和7年度に移す',
    reason: '国の標準仕様の公表が遅れたため',
    followUps: [{ no: 1, text: '費用を見積もり直す', owner: '情報管理課', dueOn: '2026-12-28' }],
    onPaper: true,
  };
  const samples: Sample[] = [];
  const sample = (type: string, effectiveOn: string, data: object): void => {
    samples.push([type, 'committee-toride-5', samples.length, effectiveOn, { planKey, ...data }]);
  };
  sample('CommitteeEstablished', '2023-04-01', {
    name: '取手市情報化推進委員会',
    rules: '取手市情報化推進委員会規程',
    secretariat: '総務部',
    subcommittees: [{ name: 'IT推進ワーキングチーム', leader: '情報管理課長', note: '第8条' }, { name: '専門分科会' }],
    seats: [chair, vice, member],
  });
  sample('CommitteeRevised', '2024-04-01', {
    changes: { secretariat: null, seats: [{ post: 'デジタル推進課長', role: 'MEMBER', order: 4 }] },
    reason: '規程の改正',
  });
  sample('MemberSeated', '2025-04-01', { ...member, post: '企画部長', decidedBy: '令和7年訓令第3号' });
  sample('MemberUnseated', '2025-04-01', { post: '財政部長', reason: '機構改革', decidedBy: '令和7年訓令第3号' });
  sample('MeetingRecorded', '2026-05-20', {
    title: '令和8年度第1回',
    place: '議会棟大会議室',
    presiding: { post: '副市長', role: 'CHAIR' },
    members: [chair, vice, member],
    attending: ['副市長', '財政部長'],
    heard: ['国保年金課'],
    items: [{ no: 1, title: '令和7年度の進捗', text: '別紙', subjects: ['review/2025', 'plan'] }],
  });
  sample('AgendaItemAdded', '2026-05-20', { meeting, no: 2, title: 'その他', subjects: [] });
  sample('MeetingWithdrawn', '2026-05-20', { withdraws: entry('MeetingRecorded', 4), reason: '別の会議の記録' });
  sample('CirculationOpened', '2026-11-20', {
    title: decision.title,
    text: '構築を令和6年度から令和7年度に移す',
    subjects: decision.subjects,
    reason: '年内の契約に間に合わせるため',
    presiding,
    dueOn: '2026-11-27',
    members: [chair, vice, member],
    onPaper: false,
  });
  sample('CirculationAnswered', '2026-11-24', {
    circulation,
    post: '財政部長',
    answer: 'DISAGREE',
    comment: '予算の裏付けがない',
    onPaper: true,
  });
  sample('CirculationAnswerWithdrawn', '2026-11-24', {
    circulation,
    post: '財政部長',
    withdraws: entry('CirculationAnswered', 8),
    onPaper: true,
    reason: '転記誤り',
  });
  sample('CirculationWithdrawn', '2026-11-20', {
    withdraws: entry('CirculationOpened', 7),
    presiding,
    onPaper: false,
    reason: '会議を招集することとしたため',
  });
  sample('DecisionMade', '2026-11-30', decision);
  sample('DecisionCorrected', '2026-11-30', {
    decisionId,
    corrects: entry('DecisionMade', 11),
    value: { ...decision, outcome: 'APPROVED', followUps: [] },
    reason: '転記誤り',
  });
  sample('DecisionWithdrawn', '2026-11-30', {
    decisionId,
    no: 'R8-1',
    withdraws: entry('DecisionCorrected', 12),
    reason: '手続に誤りがあったため',
  });
  sample('FollowUpCompleted', '2026-12-20', { decisionId, no: 'R8-1', followUp: 1, note: '増額なし' });
  sample('FollowUpReopened', '2026-12-20', {
    decisionId,
    no: 'R8-1',
    followUp: 1,
    withdraws: entry('FollowUpCompleted', 14),
    reason: '一部が未了',
  });
  return samples;
}

if (process.env['DAICHO_WRITE_GOLDEN'] === '1') writeMissing();

const files = readdirSync(FOLDER).filter((name) => FILE.test(name));

describe('Every event type', () => {
  it.each(catalogue.types)('%s has a golden file of its version', (type) => {
    expect(files).toContain(`${type}.v${String(catalogue.definition(type).version)}.json`);
  });
});

describe('Every stored event', () => {
  it.each(files)('%s means what it meant', (file) => {
    const { event, ...meaning } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Golden;
    const [, type, version] = FILE.exec(file) ?? [];
    expect([event.type, event.schemaVersion]).toEqual([type, Number(version)]);

    const current = catalogue.upcast(event);
    expect(current.schemaVersion).toBe(catalogue.definition(event.type).version);
    expect(() => {
      catalogue.check(current);
    }).not.toThrow();
    expect(meaningOf(event)).toEqual(meaning);
  });
});

function writeMissing(): void {
  for (const [i, [type, stream, revision, effectiveOn, data]] of SAMPLES.entries()) {
    const { version } = catalogue.definition(type);
    const file = join(FOLDER, `${type}.v${String(version)}.json`);
    if (existsSync(file)) continue;
    const event = {
      id: uuidOf('golden', type, String(version)),
      stream,
      revision,
      position: positionOf(4_096 + i * 517),
      recordedAtMs: Date.parse('2025-05-20T00:12:34.567Z') + i * 86_400_000,
      type,
      schemaVersion: version,
      effectiveOn,
      actor: 'admin',
      correlationId: uuidOf('golden command', type),
      causationId: uuidOf('golden input', type),
      data,
    };
    catalogue.check(event);
    writeFileSync(file, `${JSON.stringify({ event, ...meaningOf(event) }, null, 2)}\n`);
  }
}
