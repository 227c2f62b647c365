import { firstDayOf, lastDayOf } from '../calendar/fiscal-year.js';
import { dayText, yearShort, yearText, type Language } from '../calendar/wording.js';
import { OUTCOME_LABELS } from '../governance/committee.events.js';
import type { Bar, Block, Document, Fact } from './document.js';
import type {
  Erratum,
  Evaluator,
  Named,
  Ratings,
  ReportedKpi,
  ReportedMeasure,
  ReportedPlan,
  ScaleWord,
} from './question.js';

/** What is reported, and at which moment. */
export interface Reported {
  readonly language: Language;
  readonly fiscalYear: number;
  readonly plan: ReportedPlan;
  readonly measures: readonly ReportedMeasure[];
  /** Signed when the review was closed; null: it is not, or no evidence log is kept. */
  readonly head: { readonly origin: string; readonly size: number; readonly root: string } | null;
  readonly isClosed: boolean;
  readonly ratings: readonly Ratings[];
  readonly errata: readonly Erratum[];
  /** Up to where errata are known. */
  readonly position: string;
  /** Verifier key of the evidence log. */
  readonly key: string | undefined;
  /** Where this document is, always the same. */
  readonly address: string;
}

/** The annual report of a review: what it says, in which order, in whose words. */
export function annualReport(reported: Reported): Document {
  const { language, fiscalYear, plan, isClosed, address } = reported;
  const t = say(language);
  const year = yearText(fiscalYear, language);
  const { effectiveOn, recordedAt, position } = plan.asOf;
  return {
    language,
    title: plan.title,
    subtitle: `${year} ${t(isClosed ? 'annualReport' : 'draftReport')}`,
    running: `${plan.title}${GAP}${year}${GAP}${dayText(effectiveOn, language)}${t('asOf')}`,
    cover: [
      [t('municipality'), plan.municipality],
      [t('reportedOn'), dayText(effectiveOn, language)],
      [t('knownUpTo'), `${dayText(dayOf(recordedAt), language)}（${t('position')} ${position}）`],
      [t('address'), address],
    ],
    blocks: [
      ...summary(reported, t),
      ...goalByGoal(reported, t),
      ...measureSheets(reported, t),
      ...kpis(plan.kpis, language, t),
      ...unplanned(plan, language, t),
      ...decisions(plan, fiscalYear, language, t),
      ...errata(reported, t),
      ...evidence(reported, t),
    ],
    recordedAtMs: Date.parse(recordedAt),
  };
}

const heading = (level: 1 | 2, text: string): Block => ({ kind: 'heading', level, text });
const chapter = (text: string): Block => ({ kind: 'heading', level: 1, text, beginsPage: true });
const text = (words: string): Block => ({ kind: 'text', text: words });
const faint = (words: string): Block => ({ kind: 'text', text: words, isFaint: true });
const DASH = '—';
const GAP = '\u3000';

const dayOf = (instant: string): string => new Date(Date.parse(instant) + 9 * 3_600_000).toISOString().slice(0, 10);

const scaleWord = ({ sign, label, labelEn }: Omit<ScaleWord, 'order'>, language: Language): string =>
  `${sign === null ? '' : `${sign} `}${language === 'ja' ? label : labelEn}`;

const inWords = (
  { label, labelEn }: { readonly label: string; readonly labelEn: string },
  language: Language,
): string => (language === 'ja' ? label : labelEn);

const namesOf = (all: readonly Named[], language: Language): string =>
  all.length === 0 ? DASH : all.map(({ name }) => name).join(language === 'ja' ? '、' : ', ');

const statusOf = ({ status, ending }: Pick<ReportedMeasure, 'status' | 'ending'>, language: Language): string =>
  ending ? inWords(ending, language) : status ? scaleWord(status, language) : say(language)('noReport');

const PATTERNS = 5;

function summary({ plan, language, fiscalYear, ratings }: Reported, t: Say): Block[] {
  const { measures, byStatus, endings, byGoal } = plan.summary;
  const groups = [
    ...byStatus.map(({ status, count }) => ({ label: status ? scaleWord(status, language) : t('noReport'), count })),
    ...endings.map((ending) => ({ label: inWords(ending, language), count: ending.count })),
  ].filter(({ count }) => count > 0);
  const bars = groups.map(({ label, count }, i): Bar => ({ label, count, pattern: i % PATTERNS }));
  const list = groups.map(({ label, count }) => `${label} ${String(count)}`).join(language === 'ja' ? '、' : ', ');
  const codes = byStatus.flatMap(({ status }) => (status ? [status] : []));
  return [
    chapter(t('summary')),
    text(
      language === 'ja'
        ? `${yearText(fiscalYear, language)}末の個別施策は ${String(measures)}（うち新規 ${String(plan.summary.new)}）です。内訳は ${list} です。ほかに本計画にない取組が ${String(plan.summary.unplanned)} あります。`
        : `At the end of ${yearText(fiscalYear, language)} there were ${String(measures)} measures, ${String(plan.summary.new)} of them new: ${list}. Besides there were ${String(plan.summary.unplanned)} unplanned initiatives.`,
    ),
    { kind: 'bars', caption: t('byStatus'), bars },
    {
      kind: 'table',
      caption: t('byGoal'),
      head: [t('goal'), t('measures'), ...codes.map((code) => scaleWord(code, language)), t('noReport'), t('ended')],
      rows: byGoal.map(({ goal, measures: of, byStatus: counts, endings: ended }) => [
        `${goal.no} ${plan.goals.find(({ no }) => no === goal.no)?.title ?? ''}`,
        String(of),
        ...codes.map(({ code }) => String(counts.find(({ status }) => status?.code === code)?.count ?? 0)),
        String(counts.find(({ status }) => status === null)?.count ?? 0),
        String(ended.reduce((sum, { count }) => sum + count, 0)),
      ]),
      widths: [6, 2, ...codes.map(() => 2), 2, 2],
    },
    ...rated(ratings, plan.statusScale.codes, language, t),
  ];
}

/** In the order of the scale; what was given in another version of it after that. */
function rated(ratings: readonly Ratings[], scale: readonly ScaleWord[], language: Language, t: Say): Block[] {
  const given = ratings.filter(({ counts }) => counts.some(({ rating }) => rating !== null));
  if (given.length === 0) return [faint(t('noRatings'))];
  const words = [
    ...new Set([
      ...scale.map((code) => scaleWord(code, language)),
      ...given.flatMap(({ counts }) => counts.flatMap(({ rating }) => (rating ? [scaleWord(rating, language)] : []))),
      t('noRating'),
    ]),
  ];
  return [
    {
      kind: 'table',
      caption: t('ratings'),
      head: [t('ratedBy'), ...words],
      rows: given.map(({ by, counts }) => [
        t(BY[by]),
        ...words.map((word) =>
          String(
            counts
              .filter(({ rating }) => (rating ? scaleWord(rating, language) : t('noRating')) === word)
              .reduce((sum, { count }) => sum + count, 0),
          ),
        ),
      ]),
      widths: [4, ...words.map(() => 3)],
    },
  ];
}

function goalByGoal({ plan, measures, language }: Reported, t: Say): Block[] {
  return [
    chapter(t('goalByGoal')),
    ...plan.goals.flatMap((goal): Block[] => [
      heading(2, `${t('goal')} ${goal.no} ${goal.title}`),
      {
        kind: 'table',
        caption: t('goalStatus'),
        head: [t('no'), t('measure'), t('division'), t('status'), t('slip')],
        rows: measures
          .filter((measure) => measure.goal.no === goal.no)
          .map((measure) => [
            measure.no,
            `${measure.title}${measure.isNew ? `（${t('isNew')}）` : ''}`,
            namesOf(measure.owners, language),
            statusOf(measure, language),
            slipText(measure.slipYears, language),
          ]),
        widths: [2, 8, 4, 4, 2],
      },
    ]),
  ];
}

const slipText = (years: number, language: Language): string =>
  years === 0 ? DASH : `${years > 0 ? '+' : '▲'}${String(Math.abs(years))}${language === 'ja' ? '年' : ' y'}`;

const measureSheets = (reported: Reported, t: Say): Block[] => [
  chapter(t('sheets')),
  ...reported.measures.flatMap((measure) => measureSheet(measure, reported, t)),
];

function measureSheet(measure: ReportedMeasure, { language, fiscalYear }: Reported, t: Say): Block[] {
  const { policy, status, ending, schedule, shifts } = measure;
  const why = (ending ?? status)?.reason;
  const since = (ending ?? status)?.since;
  const evaluations = measure.evaluations.filter((evaluation) => evaluation.fiscalYear === fiscalYear);
  return [
    heading(2, `${measure.no} ${measure.title}`),
    {
      kind: 'facts',
      facts: [
        ...(policy ? [[t('policy'), `${policy.no} ${policy.title}`] as const] : []),
        [t('division'), namesOf(measure.owners, language)],
        ...(measure.coordinators.length > 0
          ? [[t('coordinating'), namesOf(measure.coordinators, language)] as const]
          : []),
        [
          t('status'),
          [
            statusOf(measure, language),
            since === undefined ? '' : `（${dayText(since, language)}${t('since')}）`,
            why == null ? '' : `${GAP}${t('reason')}：${why}`,
          ].join(''),
        ],
      ],
    },
    {
      kind: 'table',
      caption: t('schedule'),
      head: ['', ...schedule.map((cell) => yearShort(cell.fiscalYear, language))],
      rows: [
        [t('adopted'), ...schedule.map(({ adopted }) => phasesIn(adopted))],
        [
          t('forecast'),
          ...schedule.map(({ adopted, forecast }) =>
            phasesIn(adopted) === phasesIn(forecast) ? phasesIn(forecast) : `［${phasesIn(forecast)}］`,
          ),
        ],
      ],
      widths: [3, ...schedule.map(() => 2)],
    },
    ...shifts.map((shift) =>
      faint(
        `${t('moved')}：${shift.phase} ${yearShort(shift.from, language)} → ${yearShort(shift.to, language)}${GAP}${t('reason')}：${shift.reason}${
          shift.decidedBy === null ? '' : `${GAP}${t('decidedBy')}：${shift.decidedBy}`
        }`,
      ),
    ),
    ...reportBlocks(measure, language, t),
    ...evaluations.map(({ by, rating, comment }) =>
      text(`${t(BY[by])}：${scaleWord(rating, language)}${comment === null ? '' : `${GAP}${comment}`}`),
    ),
  ];
}

const phasesIn = (phases: readonly string[]): string => (phases.length === 0 ? DASH : phases.join(' '));

function reportBlocks({ reports }: ReportedMeasure, language: Language, t: Say): Block[] {
  const annual = reports.filter(({ period }) => period === 'ANNUAL');
  if (annual.length === 0) return [faint(t('noReport'))];
  return annual.map((report): Block => {
    const { division, rating } = report;
    const said: readonly (readonly [Word, string | null])[] = [
      ['results', report.results],
      ['rating', rating && scaleWord(rating, language)],
      ['ratingReason', report.ratingReason],
      ['cause', report.cause],
      ['action', report.action],
      ['issues', report.issues],
      ['nextSteps', report.nextSteps],
      ['budget', report.budget],
      ['expenditure', report.expenditure],
      ['response', report.response],
      ['remarks', report.remarks],
    ];
    return {
      kind: 'facts',
      facts: [
        [t('reportOf'), `${division.name}${report.isCorrection ? `${GAP}◇ ${t('corrected')}` : ''}`],
        ...said.flatMap(([word, value]): Fact[] => (value === null || value === '' ? [] : [[t(word), value]])),
      ],
    };
  });
}

function kpis(all: readonly ReportedKpi[], language: Language, t: Say): Block[] {
  return [
    chapter(t('kpis')),
    faint(t('kpiNote')),
    ...all.flatMap((kpi): Block[] => {
      const { title, unit, baseline, targets, readings } = kpi;
      return [
        ...pathOf(kpi, language, t),
        {
          kind: 'table',
          caption: `${title}（${unit}）`,
          head: [t('year'), t('value'), t('note')],
          rows: [
            [`${yearText(baseline.fiscalYear, language)} ${t('baseline')}`, baseline.value, baseline.note ?? ''],
            ...(readings.length === 0 ? [[t('results'), DASH, t('noReading')]] : []),
            ...readings.map(({ fiscalYear, value, note, isCorrection, reason }) => [
              yearText(fiscalYear, language),
              `${isCorrection ? '◇ ' : ''}${value}`,
              [note, isCorrection ? `${t('corrected')}：${reason ?? ''}` : null]
                .filter((part) => part !== null)
                .join(GAP),
            ]),
            ...targets.map(({ fiscalYear, value, note }) => [
              `${yearText(fiscalYear, language)} ${t('target')}`,
              value,
              note ?? '',
            ]),
          ],
          widths: [5, 3, 8],
        },
      ];
    }),
  ];
}

/** From the baseline to the target, a bar for each figure; a picture of what is less than nothing would lie. */
function pathOf({ title, unit, baseline, targets, readings }: ReportedKpi, language: Language, t: Say): Block[] {
  const bar = ({ fiscalYear, value }: { fiscalYear: number; value: string }, mark: string, pattern: number): Bar => ({
    label: `${yearText(fiscalYear, language)}${mark}`,
    count: Number(value),
    shown: `${value}${unit}`,
    pattern,
  });
  const bars = [
    bar(baseline, ` ${t('baseline')}`, 1),
    ...readings.map((reading) => bar(reading, reading.isCorrection ? ' ◇' : '', 0)),
    ...targets.map((target) => bar(target, ` ${t('target')}`, 4)),
  ];
  return bars.some(({ count }) => count < 0) ? [] : [{ kind: 'bars', caption: title, bars }];
}

function unplanned({ unplanned: all }: ReportedPlan, language: Language, t: Say): Block[] {
  return [
    heading(1, t('unplanned')),
    all.length === 0
      ? text(t('noUnplanned'))
      : {
          kind: 'table',
          caption: t('unplanned'),
          head: [t('no'), t('initiative'), t('division'), t('status'), t('background')],
          rows: all.map(({ no, title, owners, status, causeNote }) => [
            no,
            title,
            namesOf(owners, language),
            statusOf({ status, ending: null }, language),
            causeNote ?? DASH,
          ]),
          widths: [2, 6, 4, 4, 5],
        },
  ];
}

function decisions(plan: ReportedPlan, fiscalYear: number, language: Language, t: Say): Block[] {
  const isOfYear = (day: string): boolean => day >= firstDayOf(fiscalYear) && day <= lastDayOf(fiscalYear);
  const taken = plan.decisions.nodes.filter(({ decidedOn }) => isOfYear(decidedOn));
  return [
    heading(1, t('decisions')),
    ...(taken.length === 0 ? [text(t('noDecisions'))] : []),
    ...taken.flatMap((decision): Block[] => [
      heading(2, `${decision.no} ${decision.title}`),
      {
        kind: 'facts',
        facts: [
          [t('decidedBy'), `${decision.decidedBy}（${dayText(decision.decidedOn, language)}）`],
          [t('outcome'), OUTCOME_LABELS[decision.outcome][language === 'ja' ? 0 : 1]],
          [t('decision'), decision.text],
          ...(decision.reason === null ? [] : [[t('reason'), decision.reason] as const]),
          ...decision.followUps.map(({ text: what, owner, dueOn, isOpen, isOverdue }): Fact => [
            t('followUp'),
            `${what}（${owner.name}、${dayText(dueOn, language)}、${t(isOverdue ? 'overdue' : isOpen ? 'open' : 'done')}）`,
          ]),
        ],
      },
    ]),
  ];
}

function errata({ errata: all, isClosed, position, language }: Reported, t: Say): Block[] {
  if (!isClosed) return [heading(1, t('errata')), text(t('notClosed'))];
  return [
    heading(1, t('errata')),
    faint(`${t('errataNote')}（${t('position')} ${position}）`),
    all.length === 0
      ? text(t('noErrata'))
      : {
          kind: 'table',
          caption: t('errata'),
          head: [t('recordedOn'), t('what'), t('reason')],
          rows: all.map(({ recordedAt, summary: what, reason }) => [
            dayText(dayOf(recordedAt), language),
            what,
            reason ?? DASH,
          ]),
          widths: [3, 8, 6],
        },
  ];
}

function evidence({ head, key, isClosed }: Reported, t: Say): Block[] {
  const blocks: Block[] = [chapter(t('evidence'))];
  if (!head) return [...blocks, text(t(isClosed ? 'noLog' : 'notSigned'))];
  return [
    ...blocks,
    text(t('evidenceNote')),
    {
      kind: 'facts',
      facts: [
        [t('log'), head.origin],
        [t('size'), String(head.size)],
        [t('root'), head.root],
        ...(key === undefined ? [] : [[t('key'), key] as const]),
      ],
    },
    { kind: 'code', text: `daicho verify evidence.ndjson --key ${key ?? ''} --head ${String(head.size)}:${head.root}` },
  ];
}

const BY: Readonly<Record<Evaluator, Word>> = { SELF: 'bySelf', CONFIRMED: 'byConfirmed', COMMITTEE: 'byCommittee' };

const WORDS = {
  annualReport: ['進捗状況報告書', 'annual progress report'],
  draftReport: ['進捗状況報告書（未確定）', 'annual progress report (draft: the review is not closed)'],
  asOf: ['現在', ''],
  municipality: ['団体', 'Municipality'],
  reportedOn: ['基準日', 'As of'],
  knownUpTo: ['この時までの記録による', 'As known on'],
  position: ['位置', 'position'],
  address: ['この報告書の所在', 'Where this report is'],
  summary: ['概況', 'Summary'],
  byStatus: ['状況別の個別施策数', 'Measures by status'],
  byGoal: ['基本目標別の個別施策数', 'Measures by goal'],
  goal: ['基本目標', 'Goal'],
  measures: ['個別施策', 'Measures'],
  measure: ['個別施策', 'Measure'],
  noReport: ['状況の報告なし', 'no status reported'],
  ended: ['終了', 'ended'],
  noRatings: ['評価はまだありません。', 'There are no ratings yet.'],
  noRating: ['評価なし', 'not rated'],
  ratings: ['評価別の個別施策数', 'Measures by rating'],
  ratedBy: ['評価した者', 'Rated by'],
  bySelf: ['担当課', 'the division'],
  byConfirmed: ['事務局の確認', 'the secretariat'],
  byCommittee: ['委員会', 'the committee'],
  goalStatus: ['個別施策の状況', 'Where its measures stand'],
  goalByGoal: ['基本目標ごとの状況', 'Goal by goal'],
  no: ['番号', 'No.'],
  division: ['担当', 'Owner'],
  coordinating: ['調整', 'Coordinating'],
  status: ['状況', 'Status'],
  slip: ['日程', 'Slip'],
  isNew: ['新規', 'new'],
  sheets: ['個別施策票', 'Measure sheets'],
  policy: ['施策', 'Policy'],
  since: ['から', ''],
  reason: ['理由', 'Reason'],
  schedule: ['日程（［ ］は計画から動いた所）', 'Schedule ([ ]: moved since it was adopted)'],
  adopted: ['計画', 'Adopted'],
  forecast: ['見通し', 'Forecast'],
  moved: ['日程の変更', 'Moved'],
  decidedBy: ['決定した者', 'Decided by'],
  reportOf: ['報告', 'Report'],
  results: ['実績', 'Results'],
  rating: ['評価', 'Rating'],
  ratingReason: ['評価の理由', 'Reason of the rating'],
  cause: ['遅れの原因', 'Cause'],
  action: ['対応', 'Action'],
  issues: ['課題', 'Issues'],
  nextSteps: ['今後の取組', 'Next steps'],
  budget: ['予算額（千円）', 'Budget (thousand yen)'],
  expenditure: ['決算額（千円）', 'Spent (thousand yen)'],
  response: ['前年度の意見への対応', 'What came of the opinion of the year before'],
  remarks: ['備考', 'Remarks'],
  corrected: ['訂正', 'corrected'],
  kpis: ['指標', 'KPIs'],
  kpiNote: [
    '◇ は公表後に訂正した値、— は報告なし（0 ではありません）。',
    '◇ corrected later; — no reading, which is not zero.',
  ],
  year: ['年度', 'Fiscal year'],
  value: ['値', 'Value'],
  note: ['注記', 'Note'],
  baseline: ['基準値', 'baseline'],
  target: ['目標', 'target'],
  noReading: ['実績の報告なし', 'no reading yet'],
  unplanned: ['本計画にない取組', 'Unplanned initiatives'],
  initiative: ['取組', 'Initiative'],
  background: ['背景', 'Background'],
  noUnplanned: ['ありません。', 'None.'],
  decisions: ['会議と決定', 'Decisions'],
  noDecisions: ['この年度の決定の記録はありません。', 'No decision was recorded in this year.'],
  outcome: ['結果', 'Outcome'],
  decision: ['決定', 'Decision'],
  followUp: ['対応事項', 'Follow-up'],
  overdue: ['期限超過', 'overdue'],
  open: ['対応中', 'open'],
  done: ['完了', 'done'],
  errata: ['確定後の訂正', 'Errata'],
  notClosed: ['評価はまだ確定していません。', 'The review is not closed yet.'],
  errataNote: [
    '本編は確定した時のままです。その後の訂正をここに示します。',
    'The report stands as it was closed; what was corrected since is listed here.',
  ],
  noErrata: ['訂正はありません。', 'Nothing was corrected.'],
  recordedOn: ['記録', 'Recorded'],
  what: ['内容', 'What'],
  evidence: ['証明', 'Evidence'],
  evidenceNote: [
    'この評価が確定した時、そこまでの記録すべてに下の根が署名されました。この頁を控えておけば、後に書き出された証跡が同じ歴史かどうかを、データベースなしに確かめられます。',
    'When this review was closed, the root below was signed over all that was recorded until then. Whoever keeps this page can check, without a database, whether evidence exported later tells the same history.',
  ],
  log: ['台帳', 'Ledger'],
  size: ['件数', 'Size'],
  root: ['根', 'Root'],
  key: ['検証鍵', 'Verifier key'],
  noLog: ['この台帳は証跡ログをつけていません。', 'This ledger keeps no evidence log.'],
  notSigned: [
    '評価が確定すると、ここに署名された根が示されます。',
    'Once the review is closed, the signed root stands here.',
  ],
} as const satisfies Readonly<Record<string, readonly [ja: string, en: string]>>;

type Word = keyof typeof WORDS;
type Say = (word: Word) => string;

const say =
  (language: Language): Say =>
  (word) =>
    WORDS[word][language === 'ja' ? 0 : 1];
