import type { DocumentNode } from 'graphql';
import type { ReactNode } from 'react';
import { fiscalYearOf } from '../../src/calendar/fiscal-year.js';
import { Accessibility } from './accessibility.js';
import type { Around, FramedPlan } from './around.js';
import { Framed, Opening } from './frame.js';
import { Compare, COMPARE, sinceAsked } from './compare.js';
import { Decisions, DECISIONS } from './decisions.js';
import { DESK } from './desk.js';
import { Kpi, Kpis, KPIS, ONE_KPI } from './kpi.js';
import { Measure, MEASURE } from './measure.js';
import { filterIn, Measures, MEASURES } from './measures.js';
import { OpenData } from './open-data.js';
import { Overview, OVERVIEW } from './overview.js';
import { asOfIn, type Place } from './place.js';
import { ReportForm } from './report-form.js';
import { SignIn, SIGN_IN } from './sign-in.js';
import { Work } from './work.js';
import { WorkCommittee } from './work-committee.js';
import { WorkMeasure } from './work-measure.js';
import { WorkPeople } from './work-people.js';
import { WorkPlan } from './work-plan.js';
import { WorkReadings } from './work-readings.js';
import { WorkRounds } from './work-rounds.js';
import { Log, LOG, Proof, PROOF } from './proof.js';
import { Trail, TRAIL } from './trail.js';
import { Reviews, REVIEWS } from './reviews.js';
import { say } from './words.js';

/** A page: what it asks, and what it makes of the answer; undefined: there is nothing of that name. */
interface Page {
  readonly path: RegExp;
  readonly query: DocumentNode;
  readonly variables: (
    place: Place,
    part: string,
    plan: FramedPlan,
    today: string,
  ) => Readonly<Record<string, unknown>>;
  readonly show: (around: Around, answer: unknown, part: string) => ReactNode;
}

const languageOf = ({ language }: Place): string => language.toUpperCase();

/** The plan in an answer, or what is found in it. */
const page = <Answer, Shown>(
  path: RegExp,
  query: DocumentNode & { readonly __apiType?: (variables: never) => Answer },
  variables: Page['variables'],
  find: (answer: Answer) => Shown | null | undefined,
  show: (around: Around, data: Shown, part: string) => ReactNode,
): Page => ({
  path,
  query,
  variables,
  show: (around, answer, part) => {
    const data = find(answer as Answer);
    return data == null ? undefined : show(around, data, part);
  },
});

/** A page that asks nothing of the server: for staff, whom it does not know. */
const desk = (path: RegExp, show: (around: Around) => ReactNode): Page =>
  page(
    path,
    DESK,
    () => ({}),
    ({ plan }) => plan,
    show,
  );

export const PAGES: readonly Page[] = [
  page(
    /^\/$/,
    OVERVIEW,
    (place, _part, _plan, today) => {
      const year = fiscalYearOf(place.on ?? today);
      return { language: languageOf(place), year, before: year - 1 };
    },
    ({ plan }) => plan,
    (around, data) => <Overview around={around} data={data} />,
  ),
  page(
    /^\/measures$/,
    MEASURES,
    (place) => ({ filter: filterIn(place), after: place.asked['after'] }),
    ({ plan }) => plan,
    (around, data) => <Measures around={around} data={data} />,
  ),
  page(
    /^\/measures\/([^/]{1,20})$/,
    MEASURE,
    (place, no) => ({ no, language: languageOf(place) }),
    ({ plan }) => plan?.measure,
    (around, data) => <Measure around={around} data={data} />,
  ),
  page(
    /^\/kpis$/,
    KPIS,
    () => ({}),
    ({ plan }) => plan,
    (around, data) => <Kpis around={around} data={data} />,
  ),
  page(
    /^\/kpis\/([^/]{1,100})$/,
    ONE_KPI,
    (place) => ({ language: languageOf(place) }),
    ({ plan }) => plan?.kpis,
    (around, kpis, key) => {
      const data = kpis.find((kpi) => kpi.key === key);
      return data && <Kpi around={around} data={data} />;
    },
  ),
  page(
    /^\/compare$/,
    COMPARE,
    (place, _part, plan) => ({ since: sinceAsked(place, plan), language: languageOf(place) }),
    ({ plan }) => plan,
    (around, data) => <Compare around={around} data={data} />,
  ),
  page(
    /^\/decisions$/,
    DECISIONS,
    (place) => ({ before: place.asked['before'], language: languageOf(place) }),
    ({ plan }) => plan,
    (around, data) => <Decisions around={around} data={data} />,
  ),
  page(
    /^\/trail$/,
    TRAIL,
    (place) => ({ language: languageOf(place), before: place.asked['before'] }),
    ({ plan }) => plan,
    (around, data) => <Trail around={around} data={data} />,
  ),
  page(
    /^\/reviews$/,
    REVIEWS,
    () => ({}),
    ({ plan }) => plan,
    (around, data) => <Reviews around={around} data={data} />,
  ),
  page(
    /^\/sign-in$/,
    SIGN_IN,
    () => ({}),
    ({ plan }) => plan,
    (around) => <SignIn around={around} />,
  ),
  desk(/^\/accessibility$/, (around) => <Accessibility around={around} />),
  desk(/^\/data$/, (around) => <OpenData around={around} />),
  desk(/^\/work$/, (around) => <Work around={around} />),
  desk(/^\/work\/report$/, (around) => <ReportForm around={around} />),
  desk(/^\/work\/measure$/, (around) => <WorkMeasure around={around} />),
  desk(/^\/work\/readings$/, (around) => <WorkReadings around={around} />),
  desk(/^\/work\/rounds$/, (around) => <WorkRounds around={around} />),
  desk(/^\/work\/committee$/, (around) => <WorkCommittee around={around} />),
  desk(/^\/work\/people$/, (around) => <WorkPeople around={around} />),
  desk(/^\/work\/plan$/, (around) => <WorkPlan around={around} />),
  page(
    /^\/proof$/,
    LOG,
    () => ({}),
    ({ ledger }) => ledger,
    (around, data) => <Log around={around} data={data} />,
  ),
  page(
    /^\/proof\/([0-9a-f-]{36})$/,
    PROOF,
    (place, id) => ({ id, language: languageOf(place) }),
    (answer) => (answer.plan?.auditEntry?.proof ? answer : undefined),
    (around, data) => <Proof around={around} data={data} />,
  ),
];

/** The page of a place, with what it asks. */
export function pageAt(place: Place): { readonly page: Page; readonly part: string } | undefined {
  for (const page of PAGES) {
    const found = page.path.exec(place.path);
    if (found) return { page, part: decodeURIComponent(found[1] ?? '') };
  }
  return undefined;
}

export const variablesAt = (
  page: Page,
  part: string,
  place: Place,
  plan: FramedPlan,
  today: string,
): Readonly<Record<string, unknown>> => ({
  plan: plan.key,
  asOf: asOfIn(place),
  ...page.variables(place, part, plan, today),
});

/** What was rendered, and what the browser goes on from. */
export interface Shown {
  readonly around: Around;
  /** Undefined: no page has asked. */
  readonly answer: unknown;
  /** The plan was not in the record yet at that moment. */
  readonly isTooEarly: boolean;
}

export function bodyOf({ around, answer, isTooEarly }: Shown): ReactNode {
  const t = say(around.place.language);
  const found = answer === undefined ? undefined : pageAt(around.place);
  return (
    found?.page.show(around, answer, found.part) ?? (
      <Framed around={around}>
        <Opening above={around.plan.title} title={t(isTooEarly ? 'notYet' : 'notFound')}>
          {t(isTooEarly ? 'notYetHint' : 'notFoundHint')}
        </Opening>
      </Framed>
    )
  );
}
