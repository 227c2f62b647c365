import { useEffect, useRef, useState } from 'react';
import { dayText, yearShort } from './dates.js';
import type { FramedPlan } from './around.js';
import { Keep } from './keep.js';
import { href, type Place } from './place.js';
import { say } from './words.js';

const DAY_MS = 24 * 3_600_000;
const dayNumber = (day: string): number => Math.round(Date.parse(day) / DAY_MS);
const dayOfNumber = (n: number): string => new Date(n * DAY_MS).toISOString().slice(0, 10);

/**
 * Which day the page is about, and how far the record was known: a sentence, two handles, and dates. Without a script it is a
 * form; with one the handles ask the page again when they are let go.
 */
export function TimeBar({
  place,
  plan,
  today,
  head,
}: {
  readonly place: Place;
  readonly plan: FramedPlan;
  readonly today: string;
  /** Size and root of the evidence log; undefined: none is kept. */
  readonly head: string | undefined;
}) {
  const { language } = place;
  const t = say(language);
  const isPast = place.on !== undefined || place.known !== undefined;
  const on = place.on ?? today;
  const known = place.known ?? today;
  const [chosen, setChosen] = useState({ on: dayNumber(on), known: dayNumber(known) });
  const moment = momentOf(chosen, today);
  const isMoved = chosen.on !== dayNumber(on) || chosen.known !== dayNumber(known);
  const go = (which?: keyof Chosen): void => {
    if (!isMoved) return;
    if (which) sessionStorage.setItem(USED, which);
    location.assign(href(place, place.path, { ...moment, asked: place.asked }));
  };
  return (
    <div className={isPast ? 'time-bar past' : 'time-bar'} role="region" aria-label={t('setDates')}>
      <p className="moment">
        {isPast && <strong className="past-note">{t(on > today ? 'futureShown' : 'pastShown')}　</strong>}
        <Moment {...moment} {...{ today, language }} />
        {isPast && (
          <>
            {' '}
            <a href={href(place, place.path, { on: undefined, known: undefined, asked: place.asked })}>
              {t('backToNow')}
            </a>
          </>
        )}
      </p>
      <Handles {...{ place, plan, chosen, setChosen, go }} />
      {isMoved && (
        <button
          type="button"
          onClick={() => {
            go();
          }}
        >
          {t('showThis')}
        </button>
      )}
      <details className="dates">
        <summary>{t('setDates')}</summary>
        <form method="get" action={place.path}>
          <Keep place={place} moment={false} asked={place.asked} />
          <label>
            {t('on')} <input type="date" name="on" defaultValue={place.on ?? ''} />
          </label>
          <label>
            {t('known')} <input type="date" name="known" defaultValue={place.known ?? ''} max={today} />
          </label>
          <button type="submit">{t('show')}</button>
        </form>
      </details>
      <details className="dates">
        <summary>{t('cite')}</summary>
        <p className="citation">
          {plan.municipality}「{plan.title}」 <Moment on={on} known={known} {...{ today, language }} />
          <br />
          <a href={href(place, place.path, { on, known, asked: place.asked })}>
            {href(place, place.path, { on, known, asked: place.asked })}
          </a>
          <br />
          {t('position')} <code>{plan.asOf.position}</code>
          {head !== undefined && (
            <>
              {'　'}
              {t('root')} <code>{head}</code>
            </>
          )}
        </p>
      </details>
    </div>
  );
}

/** 令和8年11月26日（今日）の姿を、いままでの記録で */
function Moment({ on, known, today, language }: Pick<Place, 'on' | 'known' | 'language'> & { readonly today: string }) {
  const t = say(language);
  const day = dayText(on ?? today, language);
  const then = known === undefined ? t('now') : dayText(known, language);
  const suffix = on === undefined ? t('isToday') : '';
  return language === 'ja' ? (
    <>
      <b>{day + suffix}</b>の姿を、<b>{then}</b>までの記録で
    </>
  ) : (
    <>
      As of <b>{day + suffix}</b>, as known {known !== undefined && 'on '}
      <b>{then}</b>
    </>
  );
}

/** Both handles, as days since 1970. */
interface Chosen {
  readonly on: number;
  readonly known: number;
}

type ChosenMoment = { readonly [Handle in keyof Chosen]: string | undefined };

/** As an address says it: today, and all that is known now, go without saying. */
const momentOf = ({ on, known }: Chosen, today: string): ChosenMoment => ({
  on: dayOfNumber(on) === today ? undefined : dayOfNumber(on),
  known: dayOfNumber(known) >= today ? undefined : dayOfNumber(known),
});

/** Which handle was used, for the page that is shown next. */
const USED = 'daicho-handle';

function Handles({
  place,
  plan,
  chosen,
  setChosen,
  go,
}: {
  readonly place: Place;
  readonly plan: FramedPlan;
  readonly chosen: Chosen;
  readonly setChosen: (chosen: Chosen) => void;
  readonly go: (which: keyof Chosen) => void;
}) {
  const t = say(place.language);
  const [isLive, setLive] = useState(false);
  const handles = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setLive(true);
  }, []);
  useEffect(() => {
    const used = isLive && sessionStorage.getItem(USED);
    if (!used) return;
    sessionStorage.removeItem(USED);
    handles.current?.querySelector<HTMLElement>(`.handle.${used}`)?.focus();
  }, [isLive]);
  const { from, to } = plan.period;
  const first = dayNumber(`${String(from)}-04-01`);
  const last = dayNumber(`${String(to + 1)}-03-31`);

  const handle = (which: 'on' | 'known') => (
    <input
      className={`handle ${which}`}
      type="range"
      min={first}
      max={last}
      value={chosen[which]}
      disabled={!isLive}
      aria-label={t(which)}
      aria-valuetext={dayText(dayOfNumber(chosen[which]), place.language)}
      title={`${t(which)}：${dayText(dayOfNumber(chosen[which]), place.language)}`}
      onChange={(event) => {
        setChosen({ ...chosen, [which]: Number(event.target.value) });
      }}
      onPointerUp={() => {
        go(which);
      }}
      onKeyUp={(event) => {
        if (event.key === 'Enter') go(which);
      }}
    />
  );
  const years = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return (
    <div className={isLive ? 'handles' : 'handles still'} ref={handles}>
      {handle('on')}
      {handle('known')}
      <div className="years" aria-hidden="true">
        {years.map((year) => (
          <span key={year}>{yearShort(year, place.language)}</span>
        ))}
      </div>
    </div>
  );
}
