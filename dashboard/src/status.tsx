import { say, type Language } from './words.js';

/** A code of the plan's status scale, as far as a page shows it; null: nothing is reported. */
export type Status = {
  readonly code: string;
  readonly label: string;
  readonly labelEn: string;
  readonly sign: string | null;
  readonly order: number;
} | null;

export const statusText = (status: Status, language: Language): string => {
  if (!status) return say(language)('noReport');
  return language === 'ja' ? status.label : status.labelEn;
};

/** Of 完了／目標達成 a bar has room for the first word only, and a short part of it for the sign. */
export const shortText = (status: Status, language: Language): string =>
  statusText(status, language).split(/[／/]/)[0]?.trim() ?? '';

const toneOf = (status: Status): string => (status ? `tone-${String(status.order)}` : 'tone-none');

/** Sign, word and pattern: never colour alone. */
export const StatusBadge = ({ status, language }: { readonly status: Status; readonly language: Language }) => (
  <span className={`badge ${toneOf(status)}`}>
    {status?.sign != null && <span aria-hidden="true">{status.sign} </span>}
    {statusText(status, language)}
  </span>
);

/** How many are where, side by side. */
export function StatusBar({
  counts,
  language,
  hrefOf,
}: {
  readonly counts: readonly { readonly status: Status; readonly count: number }[];
  readonly language: Language;
  readonly hrefOf: (status: Status) => string;
}) {
  const there = counts.filter(({ count }) => count > 0);
  return (
    <div className="bar">
      {there.map(({ status, count }) => (
        <a
          key={status?.code ?? ''}
          className={toneOf(status)}
          style={{ flexGrow: count }}
          href={hrefOf(status)}
          title={`${statusText(status, language)} ${String(count)}`}
        >
          {status?.sign} <span className="word">{shortText(status, language)}</span> {count}
        </a>
      ))}
    </div>
  );
}
