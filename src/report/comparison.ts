import { dayText, type Language } from '../calendar/wording.js';
import type { Document } from './document.js';

/** What 新旧対照 asks of our own API, of two points in time. */
export const COMPARISON = `query Comparison($plan: String!, $asOf: AsOf, $since: AsOf!, $language: Language!) {
  older: plan(key: $plan, asOf: $since) { asOf { effectiveOn position } }
  plan(key: $plan, asOf: $asOf) {
    title
    municipality
    asOf { effectiveOn recordedAt position }
    comparison(since: $since, language: $language, withProgress: true) {
      subject subjectLabel attribute attributeLabel before after reasons
    }
  }
}`;

export interface ComparisonAnswer {
  /** null: the plan was not there yet. */
  readonly older: { readonly asOf: Moment } | null;
  readonly plan: {
    readonly title: string;
    readonly municipality: string;
    readonly asOf: Moment & { readonly recordedAt: string };
    readonly comparison: readonly Difference[];
  } | null;
}

export interface Moment {
  readonly effectiveOn: string;
  readonly position: string;
}

export interface Difference {
  readonly subject: string;
  readonly subjectLabel: string;
  readonly attribute: string;
  readonly attributeLabel: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly reasons: readonly string[];
}

/** 新旧対照表, of two points in time. */
export function comparisonTable(
  { title, municipality, asOf, comparison }: NonNullable<ComparisonAnswer['plan']>,
  older: Moment,
  { language, address }: { readonly language: Language; readonly address: string },
): Document {
  const t = (word: keyof typeof WORDS): string => WORDS[word][language === 'ja' ? 0 : 1];
  const [from, to] = [older, asOf].map(
    ({ effectiveOn, position }) => `${dayText(effectiveOn, language)}（${t('position')} ${position}）`,
  ) as [string, string];
  const head = [
    t('subject'),
    t('attribute'),
    dayText(older.effectiveOn, language),
    dayText(asOf.effectiveOn, language),
  ];
  return {
    language,
    title,
    subtitle: t('comparison'),
    running: `${title} ${t('comparison')}`,
    cover: [
      [t('municipality'), municipality],
      [t('older'), from],
      [t('newer'), to],
      [t('address'), address],
    ],
    blocks: [
      { kind: 'heading', level: 1, text: t('differences'), beginsPage: true },
      comparison.length === 0
        ? { kind: 'text', text: t('none') }
        : {
            kind: 'table',
            caption: `${t('count')} ${String(comparison.length)}`,
            head: [...head, t('reason')],
            rows: comparison.map(({ subjectLabel, attributeLabel, before, after, reasons }) => [
              ...[subjectLabel, attributeLabel, before ?? '—', after ?? '—', reasons.join('\n')],
            ]),
            widths: [4, 3, 5, 5, 4],
          },
    ],
    recordedAtMs: Date.parse(asOf.recordedAt),
  };
}

const WORDS = {
  comparison: ['新旧対照表', 'comparison'],
  municipality: ['団体', 'Municipality'],
  older: ['旧', 'Before'],
  newer: ['新', 'After'],
  position: ['台帳の位置', 'position'],
  address: ['この表の所在', 'Where this is'],
  differences: ['違い', 'Differences'],
  none: ['違いはありません。', 'There is no difference.'],
  count: ['違いの数', 'Number of differences'],
  subject: ['対象', 'Subject'],
  attribute: ['項目', 'What'],
  reason: ['理由', 'Reason'],
} as const;
