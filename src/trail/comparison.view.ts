import { fiscalYearCode, japaneseFiscalYear, type FiscalYear } from '../calendar/fiscal-year.js';
import {
  divisionSubject,
  EXISTENCE,
  MEMBERS,
  NAME,
  type Existence,
  type Members,
} from '../directory/directory.events.js';
import type { Fact, Facts } from '../eventsourcing/timeline.js';
import type { Json } from '../ledger/canonical.js';
import { kpiSubject, KPI_WORDS, TARGET, type KpiAttributes, type TargetValue } from '../kpi/kpi.events.js';
import {
  goalSubject,
  measureSubject,
  planSubject,
  policySubject,
  REVISABLE,
  type MeasureAttributes,
  type Scale,
} from '../plan/plan.events.js';
import { successionsIn, type Successions } from '../plan/succession.view.js';
import { successionWords, SUCCESSIONS, type Origin, type Succession } from '../plan/succession.events.js';
import { INITIATIVE, type Initiative } from '../plan/initiative.events.js';
import { ENDING } from '../progress/ending.events.js';
import { STATUS } from '../progress/progress.events.js';
import { PERIOD_WORDS, REPORT } from '../progress/report.events.js';
import { refIn } from '../progress/report.view.js';
import { EVALUATION, EVALUATOR_WORDS, type Evaluator } from '../review/review.events.js';
import { adoptedIn } from '../schedule/schedule.view.js';
import { FORECAST, figureWords, progressOf } from './progress-wording.js';

type Language = 0 | 1;

/** What is known of a plan and its town at one point. */
export interface Side {
  readonly plan: Facts;
  readonly town: Facts;
}

/** One line of 新旧対照: what the plan says of one thing, before and after. */
export interface ComparisonLine {
  readonly subject: string;
  /** `個別施策 1-2-1 書かない窓口` */
  readonly subjectLabel: string;
  readonly attribute: string;
  readonly attributeLabel: string;
  /** In words; `null`: it was not there. */
  readonly before: string | null;
  readonly after: string | null;
  /** In `after` and not visible before; in `before` and not visible after: what did it is among these. */
  readonly added: readonly Source[];
  readonly gone: readonly Source[];
}

/** A fact that a wording comes from. */
export interface Source {
  readonly of: keyof Side;
  readonly fact: Fact;
}

interface Wording {
  readonly label: string;
  readonly text: string;
  readonly sources: readonly Source[];
}

/** What the plan says differently at two points, in its own order; then its divisions. Asked for, what has become of it, too. */
export function comparisonOf(before: Side, after: Side, language: Language, withProgress: boolean): ComparisonLine[] {
  const [old, now] = [new Wordings(before, language, withProgress), new Wordings(after, language, withProgress)];
  const subjects = [...new Set([...old.subjects(), ...now.subjects()])].sort(inPlanOrder);
  return subjects.flatMap((subject) => {
    const [was, is] = [old.of(subject), now.of(subject)];
    const attributes = [...new Set([...is.keys(), ...was.keys()])].sort((a, b) => rankOf(a) - rankOf(b));
    return attributes.flatMap((attribute): ComparisonLine[] => {
      const [former, present] = [was.get(attribute), is.get(attribute)];
      if (former?.text === present?.text) return [];
      // Where nothing was ever moved the forecast is the row of the plan, which has its own line.
      const isForecast = attribute === FORECAST;
      if (isForecast && !former?.sources.length && !present?.sources.length) return [];
      return [
        {
          subject,
          subjectLabel: now.label(subject) ?? old.label(subject) ?? subject,
          attribute,
          attributeLabel: (present ?? former)?.label ?? attribute,
          before: former?.text ?? null,
          after: present?.text ?? null,
          added: (present?.sources ?? []).filter((source) => !isVisible(source, before)),
          gone: (former?.sources ?? []).filter((source) => !isVisible(source, after)),
        },
      ];
    });
  });
}

const isVisible = ({ of, fact: { subject, attribute, eventId } }: Source, side: Side): boolean =>
  side[of].get(subject, attribute)?.eventId === eventId;

const KINDS = {
  plan: ['計画', 'Plan'],
  goal: ['基本目標', 'Goal'],
  policy: ['施策', 'Policy'],
  measure: ['個別施策', 'Measure'],
  kpi: ['指標', 'KPI'],
  division: ['課', 'Division'],
} as const;
type Kind = keyof typeof KINDS;

const WORDS = {
  ...REVISABLE,
  policy: ['施策', 'policy'],
  isNew: ['新規', 'new'],
  predecessors: ['前身', 'in the place of'],
  succession: ['分割・統合・廃止', 'split, merged or retired'],
  statusScale: ['評価区分', 'status scale'],
  [NAME]: ['名称', 'name'],
  [EXISTENCE]: ['設置・廃止', 'existence'],
  [MEMBERS]: ['含まれる課', 'members'],
  ...KPI_WORDS,
  target: ['目標値', 'target'],
  reading: ['実績値', 'reading'],
  [INITIATIVE]: ['計画にない取組', 'unplanned initiative'],
  [STATUS]: ['状況', 'status'],
  [ENDING]: ['取組の終わり', 'end'],
  [FORECAST]: ['日程の見込み', 'schedule as expected'],
} as const satisfies Record<string, readonly [ja: string, en: string]>;

/** In this order; years after what they are of. */
const ORDER = [
  'title',
  NAME,
  'policy',
  'isNew',
  'owners',
  'coordinators',
  'unit',
  'decimals',
  'baseline',
  'schedule',
  'target',
  INITIATIVE,
  STATUS,
  ENDING,
  FORECAST,
  'reading',
  'report',
  'evaluation',
];
function rankOf(attribute: string): number {
  const [word = '', year] = attribute.split('/');
  const place = ORDER.indexOf(word);
  return (place < 0 ? ORDER.length : place) * 10_000 + Number(year ?? 0);
}

const kindOf = (subject: string): Kind => subject.split('/', 1)[0] as Kind;
const nameIn = (subject: string): string => subject.slice(subject.indexOf('/') + 1);

/** The plan, its goals with their policies and measures by number, its KPIs, divisions. */
function inPlanOrder(a: string, b: string): number {
  const group = (subject: string): number =>
    ({ plan: 0, goal: 1, policy: 1, measure: 1, kpi: 2, division: 3 })[kindOf(subject)];
  if (group(a) !== group(b)) return group(a) - group(b);
  if (group(a) > 1) return a.localeCompare(b, 'ja');
  const [one, other] = [a, b].map((subject) => nameIn(subject).split('-').map(Number));
  for (const [i, part] of (one ?? []).entries()) {
    const against = other?.[i];
    if (against === undefined || part !== against) return against === undefined ? 1 : part - against;
  }
  return -1;
}

/** What the plan says at one point, in words. */
class Wordings {
  readonly #successions: Successions;

  constructor(
    private readonly side: Side,
    private readonly language: Language,
    private readonly withProgress: boolean,
  ) {
    this.#successions = successionsIn(side.plan);
  }

  subjects(): string[] {
    const { plan, town } = this.side;
    const measures = this.#numbers().map(measureSubject);
    const prefixes = [goalSubject(''), policySubject(''), kpiSubject('')];
    const others = prefixes.flatMap((prefix) => plan.subjects(prefix));
    return [planSubject, ...others, ...measures, ...town.subjects(divisionSubject(''))];
  }

  /** Of the plan's measures, by its file or in the place of others; with its progress also of those that it does not hold. */
  #numbers(): string[] {
    const { plan } = this.side;
    const ofFile = plan.get<string[]>(planSubject, 'measures')?.value ?? [];
    const isUnplanned = (subject: string): boolean => plan.get(subject, INITIATIVE) !== undefined;
    const unplanned = this.withProgress ? plan.subjects(measureSubject('')).filter(isUnplanned).map(nameIn) : [];
    return [...ofFile, ...this.#successions.origins.keys(), ...unplanned];
  }

  /** `undefined`: it is not there. */
  label(subject: string): string | undefined {
    const { plan, town } = this.side;
    const kind = kindOf(subject);
    const word = KINDS[kind][this.language];
    if (kind === 'division') return town.get<string>(subject, NAME)?.value;
    const title =
      plan.get<string>(subject, 'title')?.value ??
      this.#origin(subject)?.value.title ??
      plan.get<Initiative>(subject, INITIATIVE)?.value.title;
    if (title === undefined) return undefined;
    return kind === 'plan' || kind === 'kpi' ? `${word} ${title}` : `${word} ${nameIn(subject)} ${title}`;
  }

  of(subject: string): ReadonlyMap<string, Wording> {
    const found = new Map<string, Wording>();
    const say = (attribute: string, text: string | undefined, ...sources: (Source | undefined)[]): void => {
      if (text === undefined) return;
      const all = sources.filter((source) => source !== undefined);
      found.set(attribute, { label: this.#labelOf(attribute), text, sources: all });
    };
    switch (kindOf(subject)) {
      case 'plan': {
        const scale = this.#plan<Scale>(subject, 'statusScale');
        this.#say(say, subject, 'title');
        say('statusScale', scale && this.#scale(scale.value), sourceOf(scale));
        break;
      }
      case 'goal':
      case 'policy':
        this.#say(say, subject, 'title');
        break;
      case 'measure':
        this.#measure(say, subject);
        break;
      case 'kpi':
        this.#kpi(say, subject);
        break;
      case 'division':
        this.#division(say, subject);
        break;
    }
    if (this.withProgress) {
      for (const [attribute, text, facts] of progressOf(this.side.plan, subject, this.language))
        say(attribute, text, ...facts.map((fact) => sourceOf(fact)));
    }
    return found;
  }

  #measure(say: Say, subject: string): void {
    const origin = this.#origin(subject);
    const said = <Name extends 'title' | 'policy' | 'owners' | 'coordinators'>(name: Name) => {
      const fact = this.#plan<MeasureAttributes[Name]>(subject, name);
      return fact ?? (origin && ({ ...origin, value: origin.value[name] } as unknown as Fact<MeasureAttributes[Name]>));
    };
    const title = said('title');
    say('title', title?.value, sourceOf(title));
    const policy = said('policy');
    say('policy', policy?.value, sourceOf(policy));
    this.#say(say, subject, 'isNew', (isNew) =>
      isNew ? WORDS.isNew[this.language] : this.language === 0 ? '新規ではない' : 'not new',
    );
    for (const name of ['owners', 'coordinators'] as const) {
      const fact = said(name);
      const [text, names] = this.#divisions(fact?.value ?? []);
      if (fact && (name === 'owners' || fact.value.length > 0)) say(name, text, sourceOf(fact), ...names);
    }
    const row = adoptedIn(this.side.plan, subject);
    const isPlanned = this.side.plan.get(subject, INITIATIVE) === undefined;
    for (const { fiscalYear, phases } of row?.value.cells.filter((cell) => isPlanned || cell.phases.length > 0) ?? [])
      say(`schedule/${String(fiscalYear)}`, phases.length > 0 ? phases.join(' ') : this.#blank(), sourceOf(row));
    say('predecessors', origin && originWords(origin.value, this.language), sourceOf(origin));
    const end = this.#successions.ends.get(nameIn(subject));
    say('succession', end && successionWords(end.value, this.language), sourceOf(end));
  }

  #kpi(say: Say, subject: string): void {
    const ofUnit = this.#plan<string>(subject, 'unit');
    const unit = ofUnit?.value ?? '';
    this.#say(say, subject, 'title');
    this.#say(say, subject, 'unit');
    this.#say(say, subject, 'decimals');
    const baseline = this.#plan<KpiAttributes['baseline']>(subject, 'baseline');
    if (baseline) {
      const text = `${this.#year(baseline.value.fiscalYear)} ${figureWords(baseline.value, unit)}`;
      say('baseline', text, sourceOf(baseline), sourceOf(ofUnit));
    }
    for (const fact of this.side.plan.entries<TargetValue>(subject, TARGET))
      say(fact.attribute, figureWords(fact.value, unit), sourceOf(fact), sourceOf(ofUnit));
  }

  #division(say: Say, subject: string): void {
    const { town } = this.side;
    const ofTown = (fact: Fact<unknown> | undefined) => sourceOf(fact, 'town');
    const name = town.get<string>(subject, NAME);
    say(NAME, name?.value, ofTown(name));
    const existence = town.get<Existence>(subject, EXISTENCE);
    if (existence?.value.exists === false) {
      const [successors] = this.#divisions(existence.value.successors ?? []);
      const word = this.language === 0 ? '廃止' : 'abolished';
      say(EXISTENCE, successors === '' ? word : `${word}（→ ${successors}）`, ofTown(existence));
    }
    const members = town.get<Members>(subject, MEMBERS);
    if (members) {
      const all = this.language === 0 ? 'すべての課' : 'all divisions';
      say(MEMBERS, members.value === 'all' ? all : this.#divisions(members.value)[0], ofTown(members));
    }
  }

  /** Divisions by the names they have at this point, with where the names come from. */
  #divisions(keys: readonly string[]): [text: string, names: Source[]] {
    const names = keys.map((key) => this.side.town.get<string>(divisionSubject(key), NAME));
    const text = keys.map((key, i) => names[i]?.value ?? key).join(this.language === 0 ? '、' : ', ');
    return [text, names.flatMap((fact) => sourceOf(fact, 'town') ?? [])];
  }

  #say(say: Say, subject: string, attribute: string, words: (value: Json) => string = String): void {
    const fact = this.#plan<Json>(subject, attribute);
    say(attribute, fact && words(fact.value), sourceOf(fact));
  }

  #plan<Value>(subject: string, attribute: string): Fact<Value> | undefined {
    return this.side.plan.get<Value>(subject, attribute);
  }

  #origin(subject: string): Fact<Origin> | undefined {
    return this.#successions.origins.get(nameIn(subject));
  }

  #labelOf(attribute: string): string {
    if (attribute.startsWith(REPORT)) {
      const { fiscalYear, period, division } = refIn(attribute.slice(REPORT.length), '', '');
      const of = this.#year(fiscalYear) + PERIOD_WORDS[period][this.language];
      const [name] = this.#divisions([division]);
      return this.language === 0 ? `報告（${of}、${name}）` : `report (${of}, ${name})`;
    }
    const [word = '', year, by] = attribute.split('/');
    const words = attribute.startsWith(EVALUATION)
      ? EVALUATOR_WORDS[by as Evaluator]
      : (WORDS as Readonly<Record<string, readonly [string, string]>>)[word];
    const label = words?.[this.language] ?? word;
    if (year === undefined) return label;
    return this.language === 0 ? `${label}（${this.#year(Number(year))}）` : `${label} (${this.#year(Number(year))})`;
  }

  #year(year: FiscalYear): string {
    return this.language === 0 ? japaneseFiscalYear(year) : `FY${String(year)} (${fiscalYearCode(year)})`;
  }

  #blank(): string {
    return this.language === 0 ? '（空欄）' : '(blank)';
  }

  #scale({ version, codes }: Scale): string {
    const words = codes.map(({ code, label }) => (this.language === 0 ? code : label.en)).join('、');
    return this.language === 0 ? `第${String(version)}版（${words}）` : `version ${String(version)} (${words})`;
  }
}

type Say = (attribute: string, text: string | undefined, ...sources: (Source | undefined)[]) => void;

const sourceOf = (fact: Fact<unknown> | undefined, of: keyof Side = 'plan'): Source | undefined =>
  fact && { of, fact: fact as Fact };

const originWords = ({ predecessors, kind }: Succession, language: Language): string =>
  language === 0
    ? `${predecessors.join('、')} の${SUCCESSIONS[kind][0]}`
    : `${predecessors.join(', ')}, ${SUCCESSIONS[kind][1]}`;
