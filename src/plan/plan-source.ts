import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { yearsOf } from '../calendar/fiscal-year.js';
import type { NewDivision } from '../directory/directory.js';
import { figureOf } from '../kpi/kpi.js';
import type { CommitteeAttributes, Seat } from '../governance/committee.events.js';
import type { IndicatorAttributes } from '../indicator/indicator.events.js';
import type { KpiAttributes } from '../kpi/kpi.events.js';
import { Refusal } from '../problems.js';
import { planFileSchema, type PlanFile } from './plan-file.js';
import { contradictionsAround } from './plan-surroundings.js';
import type { FormerPlan, MeasureAttributes, PlanAttributes } from './plan.events.js';
import { faultsInRow } from './row.js';

/** What is wrong with a plan file, and where. Lines and columns count from 1. */
export interface PlanFileIssue {
  readonly line: number;
  readonly column: number;
  /** `goals[0].policies[1].no` */
  readonly path: string;
  readonly message: string;
}

/** A plan file as the aggregates it speaks of. */
export interface PlanEntries {
  readonly key: string;
  readonly adoptedOn: string | undefined;
  readonly attributes: PlanAttributes;
  /** Every division that the file names. */
  readonly divisions: readonly NewDivision[];
  readonly measures: readonly { readonly no: string; readonly attributes: MeasureAttributes }[];
  readonly kpis: readonly { readonly key: string; readonly attributes: KpiAttributes }[];
  readonly indicators: readonly { readonly key: string; readonly attributes: IndicatorAttributes }[];
  readonly committee: CommitteeAttributes | undefined;
}

export type PlanSource = { readonly entries: PlanEntries } | { readonly issues: readonly PlanFileIssue[] };

/** Plans are small; a file beyond this is something else. */
export const PLAN_FILE_BYTES_MAX = 1024 * 1024;

/** A few lines of aliases can stand for millions of entries. */
const ALIASES_MAX = 100;

type Path = readonly PropertyKey[];

/**
 * Reads the text of a plan file: YAML 1.2, or JSON, which is YAML. Reports everything that is wrong, each with its place:
 * syntax, the published schema, and what the schema cannot say (numbers that fit together, words of the vocabulary,
 * figures that do not contradict themselves).
 */
export function readPlanSource(text: string): PlanSource {
  if (Buffer.byteLength(text) > PLAN_FILE_BYTES_MAX) {
    const message = `計画ファイルが大きすぎます（上限 1 MiB） / a plan file has at most ${String(PLAN_FILE_BYTES_MAX)} bytes`;
    return { issues: [{ line: 1, column: 1, path: '', message }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  if (document.errors.some(({ message }) => message.startsWith('Maximum call stack'))) {
    return { issues: [{ line: 1, column: 1, path: '', message: '入れ子が深すぎます / nested too deeply' }] };
  }
  if (document.errors.length > 0) {
    return {
      issues: document.errors.map(({ pos, message }) => ({ ...placeOf(lines, pos[0]), path: '', message })),
    };
  }
  const at = (path: Path, message: string): PlanFileIssue => ({
    ...placeOf(lines, offsetOf(document, path)),
    path: pathText(path),
    message,
  });

  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { issues: [at([], `別名（*）を展開できません / aliases cannot be followed: ${error.message}`)] };
  }
  const parsed = planFileSchema.safeParse(content);
  if (!parsed.success) {
    return {
      issues: parsed.error.issues.flatMap((issue) => {
        const unknown =
          issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
        return unknown.map((path) => at(path, inBothLanguages(issue)));
      }),
    };
  }
  const issues = [...contradictions(parsed.data)].map(([path, message]) => at(path, message));
  return issues.length > 0 ? { issues } : { entries: entriesOf(parsed.data) };
}

const ja = z.locales.ja().localeError;

function inBothLanguages(issue: z.core.$ZodIssue): string {
  const japanese = ja(issue as z.core.$ZodRawIssue);
  return `${(typeof japanese === 'string' ? japanese : japanese?.message) ?? issue.message} / ${issue.message}`;
}

/** What a schema cannot say. */
function* contradictions(file: PlanFile): Iterable<[Path, string]> {
  const { from, to } = file.period;
  if (from > to) yield [['period'], `期間の終わりが始まりより前です / the period ends before it begins`];
  const years = from > to ? [] : yearsOf(file.period);
  const inPeriod = new Set(years);
  const seen = new Set<string>();
  const twice = (name: string): boolean => seen.size === seen.add(name).size;

  for (const [g, goal] of file.goals.entries()) {
    if (twice(`goal ${goal.no}`))
      yield [['goals', g, 'no'], `基本目標 ${goal.no} が二度あります / goal ${goal.no} stands twice`];
    for (const [p, policy] of goal.policies.entries()) {
      const path = ['goals', g, 'policies', p];
      if (twice(`policy ${policy.no}`))
        yield [[...path, 'no'], `施策 ${policy.no} が二度あります / policy ${policy.no} stands twice`];
      if (!policy.no.startsWith(`${goal.no}-`)) {
        yield [
          [...path, 'no'],
          `${policy.no} は基本目標 ${goal.no} の番号ではありません / ${policy.no} is no number of goal ${goal.no}`,
        ];
      }
      for (const [m, measure] of policy.measures.entries()) {
        const place = [...path, 'measures', m];
        if (twice(`measure ${measure.no}`)) {
          yield [[...place, 'no'], `個別施策 ${measure.no} が二度あります / measure ${measure.no} stands twice`];
        }
        if (!measure.no.startsWith(`${policy.no}-`)) {
          yield [
            [...place, 'no'],
            `${measure.no} は施策 ${policy.no} の番号ではありません / ${measure.no} is no number of policy ${policy.no}`,
          ];
        }
        for (const year of years) {
          if (!(String(year) in measure.schedule)) {
            yield [
              [...place, 'schedule'],
              `${String(year)} 年度の欄がありません / no cell for fiscal year ${String(year)}`,
            ];
          }
        }
        const cells = Object.entries(measure.schedule).map(([year, phases]) => ({ fiscalYear: Number(year), phases }));
        for (const { code, year, phase } of faultsInRow(cells, file)) {
          const at = [...place, 'schedule', String(year)];
          if (code === 'FISCAL_YEAR_OUTSIDE_PLAN') yield [at, `計画期間外の年度です / outside the period`];
          if (phase === undefined) continue;
          const word = measure.schedule[String(year)]?.[phase] ?? '';
          yield [[...at, phase], `「${word}」は日程の用語にありません / “${word}” is not among the phases`];
        }
        yield* inCarriedOver(measure, file, place);
        for (const [u, { years: doubted = [] }] of (measure.uncertain ?? []).entries()) {
          if (doubted.some((year) => !inPeriod.has(year))) {
            yield [[...place, 'uncertain', u, 'years'], `計画期間外の年度です / outside the period`];
          }
        }
      }
    }
  }

  if (file.predecessor === file.key) yield [['predecessor'], `この計画自身です / that is this plan itself`];
  const names = new Set(divisionsOf(file).map(({ division }) => division));
  for (const [d, { name, isCollective = false, members }] of (file.divisions ?? []).entries()) {
    if (twice(`division ${name}`))
      yield [['divisions', d, 'name'], `「${name}」が二度あります / “${name}” stands twice`];
    if (members === undefined || members === 'all') continue;
    if (!isCollective)
      yield [['divisions', d, 'members'], `総称（isCollective）ではありません / it does not stand for several`];
    for (const [m, member] of members.entries()) {
      if (!names.has(member))
        yield [['divisions', d, 'members', m], `「${member}」は計画にありません / “${member}” is not in the plan`];
    }
  }
  for (const [path, post] of postsOf(file)) {
    if (twice(`post ${post}`)) yield [path, `「${post}」が二度あります / “${post}” stands twice`];
  }
  const codes = new Set<string>();
  for (const [c, { code, shape }] of file.statusScale.codes.entries()) {
    if (codes.has(code))
      yield [['statusScale', 'codes', c, 'code'], `「${code}」が二度あります / “${code}” stands twice`];
    codes.add(code);
    if (shape !== undefined && twice(`shape ${shape}`)) {
      yield [['statusScale', 'codes', c, 'shape'], `形「${shape}」が二度あります / the shape “${shape}” stands twice`];
    }
  }
  for (const [k, kpi] of file.kpis.entries()) {
    if (twice(`kpi ${kpi.key}`))
      yield [['kpis', k, 'key'], `指標 ${kpi.key} が二度あります / KPI ${kpi.key} stands twice`];
    if (!seen.has(`goal ${kpi.goal}`))
      yield [['kpis', k, 'goal'], `基本目標 ${kpi.goal} はありません / there is no goal ${kpi.goal}`];
    for (const [where, figure] of [
      ['baseline', kpi.baseline] as const,
      ...kpi.targets.map((t, i) => [i, t] as const),
    ]) {
      const path = where === 'baseline' ? ['kpis', k, where] : ['kpis', k, 'targets', where];
      try {
        figureOf(figure, kpi);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        yield [[...path, error.path.at(-1) ?? 'value'], error.message];
      }
    }
    for (const [t, { fiscalYear }] of kpi.targets.entries()) {
      if (!inPeriod.has(fiscalYear))
        yield [['kpis', k, 'targets', t, 'fiscalYear'], `計画期間外の年度です / outside the period`];
      if (kpi.targets.findIndex((other) => other.fiscalYear === fiscalYear) !== t) {
        yield [
          ['kpis', k, 'targets', t, 'fiscalYear'],
          `同じ年度の目標が二度あります / a second target for the same year`,
        ];
      }
    }
  }
  for (const [r, relation] of (file.relations ?? []).entries()) {
    for (const [s, no] of relation.serves.entries()) {
      if (no === 'plan') continue;
      const kind = ['goal', 'policy', 'measure'][no.split('-').length - 1] ?? '';
      if (!seen.has(`${kind} ${no}`))
        yield [['relations', r, 'serves', s], `${no} は計画にありません / ${no} is not in the plan`];
    }
  }
  yield* contradictionsAround(file, seen);
}

function* inCarriedOver(
  { carriedOverFrom = [] }: { readonly carriedOverFrom?: readonly string[] | undefined },
  { predecessor }: PlanFile,
  place: Path,
): Iterable<[Path, string]> {
  for (const [c, no] of carriedOverFrom.entries()) {
    const at = [...place, 'carriedOverFrom', c];
    if (predecessor === undefined)
      yield [at, `predecessor（前の計画の key）がありません / predecessor does not say of which plan`];
    if (carriedOverFrom.indexOf(no) !== c) yield [at, `${no} が二度あります / ${no} stands twice`];
  }
}

/** As the source prints them; those behind collective ones first, as these name them. */
function divisionsOf(file: PlanFile): NewDivision[] {
  const measures = file.goals.flatMap(({ policies }) => policies.flatMap((policy) => policy.measures));
  const named = measures.flatMap(({ owners, coordinators = [] }) => [...owners, ...coordinators]);
  const declared = (file.divisions ?? []).map(({ name, ...division }) => ({ division: name, ...division }));
  const others = [...new Set(named)].filter((name) => declared.every(({ division }) => division !== name));
  return [...others.map((division) => ({ division })), ...declared];
}

/** The posts of the committee, each with its place in the file. */
function postsOf({ committee }: PlanFile): [Path, string][] {
  if (!committee) return [];
  const { chair, viceChairs = [], members = [] } = committee;
  return [
    [['committee', 'chair'], chair],
    ...viceChairs.map((post, i): [Path, string] => [['committee', 'viceChairs', i], post]),
    ...members.map((post, i): [Path, string] => [['committee', 'members', i], post]),
  ];
}

function committeeIn({ committee }: PlanFile): CommitteeAttributes | undefined {
  if (!committee) return undefined;
  const { name, rules, chair, viceChairs = [], members = [], subcommittees = [], secretariat } = committee;
  const seats: Omit<Seat, 'order'>[] = [
    { post: chair, role: 'CHAIR' },
    ...viceChairs.map((post) => ({ post, role: 'VICE_CHAIR' as const })),
    ...members.map((post) => ({ post, role: 'MEMBER' as const })),
  ];
  return {
    name,
    rules: rules ?? null,
    secretariat: secretariat ?? null,
    subcommittees,
    seats: seats.map((seat, i) => ({ ...seat, order: i + 1 })),
  };
}

function entriesOf(file: PlanFile): PlanEntries {
  const policies = file.goals.flatMap((goal) => goal.policies.map((policy) => ({ ...policy, goal: goal.no })));
  const { title, municipality, source, timeZone, period, phases, statusScale } = file;
  return {
    key: file.key,
    adoptedOn: file.adoptedOn,
    attributes: {
      title,
      municipality,
      source,
      timeZone,
      period,
      phases,
      statusScale,
      goals: file.goals.map(({ no, title, variants = [] }) => ({ no, title, variants })),
      policies: policies.map(({ no, goal, title, variants = [] }) => ({ no, goal, title, variants })),
      relations: file.relations ?? [],
      warnings: file.warnings ?? [],
      measures: policies.flatMap(({ measures }) => measures.map(({ no }) => no)),
      kpis: file.kpis.map(({ key }) => key),
      indicators: file.indicators?.map(({ key }) => key),
      formerPlan: file.formerPlan && formerPlanOf(file.formerPlan),
      initiatives: file.initiatives,
      consultation: file.consultation,
      ...(file.predecessor !== undefined && { predecessor: file.predecessor }),
    },
    divisions: divisionsOf(file),
    committee: committeeIn(file),
    measures: policies.flatMap((policy) =>
      policy.measures.map(
        ({
          no,
          title,
          variants = [],
          isNew,
          owners,
          coordinators = [],
          schedule,
          note,
          uncertain = [],
          carriedOverFrom,
        }) => ({
          no,
          attributes: {
            title,
            variants,
            policy: policy.no,
            isNew,
            owners,
            coordinators,
            schedule: {
              cells: yearsOf(period).map((fiscalYear) => ({ fiscalYear, phases: schedule[String(fiscalYear)] ?? [] })),
              note,
              uncertain: uncertain.map(({ years = [], ...doubt }) => ({ ...doubt, years })),
            },
            ...(carriedOverFrom && { carriedOverFrom }),
          },
        }),
      ),
    ),
    kpis: file.kpis.map(({ key, variants = [], baseline, targets, ...kpi }) => ({
      key,
      attributes: {
        ...kpi,
        variants,
        baseline: { fiscalYear: baseline.fiscalYear, ...figureOf(baseline, kpi) },
        targets: targets.map((target) => ({ fiscalYear: target.fiscalYear, ...figureOf(target, kpi) })),
      },
    })),
    indicators: (file.indicators ?? []).map(({ key, readings, ...definition }) => ({
      key,
      attributes: { definition, readings },
    })),
  };
}

const formerPlanOf = ({
  variants = [],
  review: { shares = [], ...review },
  unplanned = [],
  ...former
}: NonNullable<PlanFile['formerPlan']>): FormerPlan => ({
  ...former,
  variants,
  review: { ...review, shares },
  unplanned,
});

function placeOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Where the path, or the nearest part of it that exists, stands in the text. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

const pathText = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${String(part)}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
