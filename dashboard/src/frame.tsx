import { useEffect, useState, type ReactNode } from 'react';
import { dayOf, dayText } from './dates.js';
import type { Around } from './around.js';
import { href } from './place.js';
import { TimeBar } from './time-bar.js';
import { say, type Word } from './words.js';

/** Pages of the head, in its order. */
const PAGES: readonly (readonly [path: string, word: Word])[] = [
  ['/', 'overview'],
  ['/measures', 'measures'],
  ['/kpis', 'kpis'],
  ['/compare', 'compare'],
  ['/reviews', 'reviews'],
  ['/decisions', 'decisions'],
  ['/trail', 'trail'],
  ['/proof', 'proof'],
];

export function Framed({
  around,
  isAtWork = false,
  children,
}: {
  readonly around: Around;
  /** For staff: always of today, as known now. */
  readonly isAtWork?: boolean;
  readonly children: ReactNode;
}) {
  const { place, plans, plan, ledger, today } = around;
  const t = say(place.language);
  const { root, size } = ledger.checkpoint ?? { root: '', size: 0 };
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="head">
        <a className="plan-title" href={href(place, '/')}>
          {plan.title}
        </a>
        <span className="faint">{t('ledgerName')}</span>
        {plans.length > 1 && (
          <nav aria-label={t('plans')} className="plans">
            {plans.map(({ key, title }) => (
              <a key={key} href={href(place, '/', { plan: key })} aria-current={key === plan.key ? 'true' : undefined}>
                {title}
              </a>
            ))}
          </nav>
        )}
        <nav aria-label={t('overview')}>
          {PAGES.map(([path, word]) => (
            <a key={path} href={href(place, path)} aria-current={isWithin(place.path, path) ? 'page' : undefined}>
              {t(word)}
            </a>
          ))}
          <a
            lang={place.language === 'ja' ? 'en' : 'ja'}
            href={href(place, place.path, { language: place.language === 'ja' ? 'en' : 'ja', asked: place.asked })}
          >
            {t('other')}
          </a>
        </nav>
      </header>
      {!isAtWork && (
        <TimeBar place={place} plan={plan} today={today} head={root === '' ? undefined : `${String(size)}:${root}`} />
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <span>
          {t('ledger')} {ledger.size.toLocaleString('en')} {t('events')}・{t('lastEntry')}{' '}
          {dayText(dayOf(plan.asOf.recordedAt), place.language)}
        </span>
        {root !== '' && (
          <span>
            {t('root')} <code>{`${String(size)}:${root.slice(0, 8)}…`}</code>
          </span>
        )}
        <a href={href(place, '/proof')}>{t('notAltered')}</a>
        <a href={href(place, '/data')}>{t('openData')}</a>
        <Print word={t('print')} />
        <a href={href(place, '/accessibility')}>{t('accessibility')}</a>
        <a href={href(place, '/work', { on: undefined, known: undefined })}>{t('forStaff')}</a>
      </footer>
    </>
  );
}

/** There once a script runs. */
function Print({ word }: { readonly word: string }) {
  const [isLive, setLive] = useState(false);
  useEffect(() => {
    setLive(true);
  }, []);
  return isLive ? (
    <button
      type="button"
      className="print"
      onClick={() => {
        print();
      }}
    >
      {word}
    </button>
  ) : null;
}

const isWithin = (path: string, of: string): boolean => path === of || (of !== '/' && path.startsWith(`${of}/`));

/** A page's first words: where it is, its title, and the answer in a sentence. */
export function Opening({
  above,
  title,
  badge,
  children,
}: {
  readonly above: ReactNode;
  readonly title: string;
  readonly badge?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="opening">
      <p className="faint">{above}</p>
      <h1>
        {title} {badge}
      </h1>
      <p className="sentence">{children}</p>
    </div>
  );
}
