import { dayOf, dayText } from './dates.js';
import { graphql, type FragmentOf } from './graphql.js';
import { href, type Place } from './place.js';
import { say, type Language } from './words.js';

export const ENTRY = graphql(`
  fragment Entry on AuditEntry {
    id
    type
    subject
    recordedAt
    effectiveOn
    summary(language: $language)
    reason
    actor {
      label
    }
    correctedBy {
      id
    }
    decision {
      id
      summary(language: $language)
    }
  }
`);

export type Entry = FragmentOf<typeof ENTRY>;

/** The page of what an entry is about. */
function subjectPath(subject: string): string | undefined {
  const [kind, key = ''] = subject.split('/');
  if (kind === 'measure') return `/measures/${encodeURIComponent(key)}`;
  if (kind === 'kpi') return `/kpis/${encodeURIComponent(key)}`;
  return undefined;
}

/** What was recorded, in sentences, with both days where they differ. */
export function History({
  entries,
  place,
  isLinked = true,
  hasProof = true,
}: {
  readonly entries: readonly Entry[];
  readonly place: Place;
  /** To the page of what each is about. */
  readonly isLinked?: boolean;
  /** Whether to lead to what proves each. */
  readonly hasProof?: boolean;
}) {
  const t = say(place.language);
  return (
    <ol className="history">
      {entries.map((entry) => {
        const recordedOn = dayOf(entry.recordedAt);
        const path = isLinked ? subjectPath(entry.subject) : undefined;
        return (
          <li key={entry.id} id={entry.id} className={entry.correctedBy ? 'corrected' : undefined}>
            <p className="when">
              <time dateTime={entry.recordedAt}>{dayText(recordedOn, place.language)}</time>
              {entry.effectiveOn !== recordedOn && (
                <small>{effective(entry.effectiveOn, place.language, t('validFrom'))}</small>
              )}
            </p>
            <div>
              <p className="what">
                {path === undefined ? entry.summary : <a href={href(place, path)}>{entry.summary}</a>}
              </p>
              <p className="faint">
                {[
                  entry.reason === null ? undefined : `${t('reason')}：${entry.reason}`,
                  entry.decision === null ? undefined : `${t('decision')}：${entry.decision.summary}`,
                  `${t('recordedBy')}：${actorText(entry.actor.label, place.language)}`,
                ]
                  .filter((part) => part !== undefined)
                  .join(' ／ ')}
                {entry.correctedBy && ` ／ ${t('wasCorrected')}`}
                {hasProof && (
                  <>
                    {' ／ '}
                    <a href={href(place, `/proof/${entry.id}`)}>{t('proof')}</a>
                  </>
                )}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** Divisions have Japanese names; who acts for none is told in the reader's words. */
const actorText = (label: string, language: Language): string =>
  language === 'ja' ? label : (({ 管理者: 'administrator', 職員: 'staff' } as Record<string, string>)[label] ?? label);

const effective = (day: string, language: Language, words: string): string =>
  language === 'ja' ? `${dayText(day, language)}${words}` : `${words} ${dayText(day, language)}`;
