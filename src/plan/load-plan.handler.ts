import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Day } from '../calendar/day.js';
import type { Attributes } from '../eventsourcing/catalogue.js';
import { fold, type Decider } from '../eventsourcing/decider.js';
import type { DomainEvent, StreamEvent } from '../eventsourcing/event.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { handle, Ledger, uuidOf, type Envelope } from '../eventsourcing/handle.js';
import { directory, keyNamed, type NewDivision } from '../directory/directory.js';
import { directoryStream, directorySubject, divisionSubject, NAME } from '../directory/directory.events.js';
import { committee } from '../governance/committee.js';
import { committeeStream, committeeSubject } from '../governance/committee.events.js';
import { indicator } from '../indicator/indicator.js';
import { indicatorStream, indicatorSubject } from '../indicator/indicator.events.js';
import { keptOfKpi, kpi } from '../kpi/kpi.js';
import { kpiStream, kpiSubject } from '../kpi/kpi.events.js';
import { canonicalJson, type Json } from '../ledger/canonical.js';
import { Refusal } from '../problems.js';
import { measure } from './measure.js';
import { measureStream, measureSubject, planStream, planSubject, titlesIn } from './plan.events.js';
import { adoptionDay, plan } from './plan.js';
import type { PlanEntries } from './plan-source.js';
import { keptOf, newestRevision, type Kept } from './revision.js';
import { title, type TitleState } from './title.js';
import { TITLE, titleStream } from './title.events.js';

/** One attribute that the plan file gives and the ledger does not hold, or holds otherwise. */
export interface Difference {
  readonly subject: string;
  readonly attribute: string;
  /** `null`: not in the ledger. */
  readonly before: Json;
  readonly after: Json;
}

export interface LoadedPlan {
  /** Of the append that closed the load; without event ids when nothing differed; none on a dry run or when refused. */
  readonly receipt?: Receipt;
  readonly differences: readonly Difference[];
  /** None when the same was answered before. */
  readonly kept: readonly Kept[];
  readonly refusal?: Refusal;
}

export interface LoadOptions {
  readonly dryRun?: boolean | undefined;
  /** Required when the ledger holds something else than the file. */
  readonly reason?: string | undefined;
  /** From when differences hold; default: the adoption of the plan. */
  readonly effectiveOn?: Day | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export class LoadPlan extends Command<LoadedPlan> {
  constructor(
    readonly entries: PlanEntries,
    readonly options: LoadOptions,
    readonly envelope: Envelope,
  ) {
    super();
  }
}

/** An aggregate of the plan with what the file says of it. */
interface Part {
  readonly subject: string;
  readonly stream: string;
  readonly history: readonly StreamEvent[];
  /** What the ledger holds, if anything. */
  readonly known: Attributes | undefined;
  /** What the file says. */
  readonly attributes: Attributes;
  readonly decide: (reason: string | undefined) => readonly DomainEvent[];
  readonly enter: (envelope: Envelope) => Promise<Receipt>;
  /** What was revised, and the file does not say. */
  readonly kept: readonly Kept[];
}

/**
 * Enters a plan: a sequence of appends, one for its divisions, one for each measure, KPI and context indicator that
 * differs, one for its committee, and last one for the plan itself, which makes a new plan visible. Event ids of the
 * parts depend on plan, content and entry only, so a load that was cut
 * off is resumed by loading again, and loading twice adds nothing.
 */
@CommandHandler(LoadPlan)
export class LoadPlanHandler implements ICommandHandler<LoadPlan> {
  constructor(private readonly ledger: Ledger) {}

  async execute({ entries: named, options, envelope }: LoadPlan): Promise<LoadedPlan> {
    const { entries, enterDivisions, newDivisions } = await this.#divisions(named);
    const others = [...(await this.#partsOfPlan(entries, options)), ...(await this.#committee(entries, options))];
    const differing = others.filter((part) => part.decide(UNSAID).length > 0);
    const itself = await this.#planItself(entries, options, differing.length + newDivisions.length > 0);

    const repeated = itself.history.some(({ correlationId }) => correlationId === envelope.commandId);
    if (repeated) return { receipt: await itself.enter(envelope), differences: [], kept: [] };
    const kept = [...others, itself].flatMap((part) => part.kept);

    const differences = [...newDivisions, ...[...differing, itself].flatMap(differencesOf)];
    if (options.dryRun === true) return { differences, kept };
    try {
      refuseStale(itself, envelope);
      await this.#refuseWithoutCommittee(entries);
      for (const part of differing) refuseBeforeLastRevision(part, entries, options);
      for (const part of [...differing, itself]) part.decide(options.reason);
    } catch (refusal) {
      if (refusal instanceof Refusal) return { differences, kept, refusal };
      throw refusal;
    }

    const content = canonicalJson([entries as unknown as Json, options.reason ?? null, options.effectiveOn ?? null]);
    const ofContent = ({ subject }: Pick<Part, 'subject'>): Envelope => ({
      commandId: uuidOf('load-plan', entries.key, content, subject),
      fingerprint: uuidOf('load-plan', content),
      actor: envelope.actor,
    });
    if (newDivisions.length > 0) await enterDivisions(ofContent({ subject: directorySubject }));
    for (const [i, part] of differing.entries()) {
      await part.enter(ofContent(part));
      options.onProgress?.(i + 1, differing.length + 1);
    }
    // Of two processes that find the ledger empty, the second is answered with what the first has recorded.
    const isFirst = itself.known === undefined && envelope.isNew === true;
    const receipt = await itself.enter(isFirst ? ofContent(itself) : envelope);
    options.onProgress?.(differing.length + 1, differing.length + 1);
    return { receipt, differences, kept };
  }

  /** Divisions that the directory does not know yet; and the file with divisions by their keys instead of their names. */
  async #divisions(file: PlanEntries) {
    const { municipality, period } = file.attributes;
    const { code: town } = municipality;
    const effectiveOn = adoptionDay(file.adoptedOn, period);
    const stream = directoryStream(town);
    const state = await this.ledger.state(directory, stream);
    const keyOf = (name: string): string => keyNamed(state, name, effectiveOn) ?? name;
    const divisions = file.divisions.filter(({ division }) => keyNamed(state, division, effectiveOn) === undefined);
    const command = { kind: 'enter' as const, divisions, town, effectiveOn, today: effectiveOn };
    const newDivisions = directory.decide(command, state).flatMap(({ data }): Difference[] => {
      const { division } = data as NewDivision;
      return [{ subject: divisionSubject(division), attribute: NAME, before: null, after: division }];
    });
    const measures = file.measures.map(({ no, attributes }) => ({
      no,
      attributes: {
        ...attributes,
        owners: attributes.owners.map(keyOf),
        coordinators: attributes.coordinators.map(keyOf),
      },
    }));
    return {
      entries: { ...file, measures },
      newDivisions,
      enterDivisions: (envelope: Envelope) => handle(this.ledger, directory, stream, command, envelope),
    };
  }

  #partsOfPlan(
    { key: planKey, adoptedOn: printed, attributes, measures, kpis, indicators }: PlanEntries,
    options: LoadOptions,
  ): Promise<Part[]> {
    const common = { planKey, adoptedOn: adoptionDay(printed, attributes.period), effectiveOn: options.effectiveOn };
    return Promise.all([
      ...measures.map(({ no, attributes }) =>
        this.#part(
          measureSubject(no),
          measureStream(planKey, no),
          measure,
          attributes,
          (state) => state.inFile,
          (state) => keptOf(measureSubject(no), state.wordings, attributes),
          options,
          (reason) => ({
            ...common,
            kind: 'enter' as const,
            measureNo: no,
            attributes,
            reason,
          }),
        ),
      ),
      ...kpis.map(({ key, attributes }) =>
        this.#part(
          kpiSubject(key),
          kpiStream(planKey, key),
          kpi,
          attributes,
          (state) => state.inFile,
          (state) => keptOfKpi(key, state, attributes),
          options,
          (reason) => ({
            ...common,
            kind: 'enter' as const,
            kpiKey: key,
            attributes,
            reason,
          }),
        ),
      ),
      ...indicators.map(({ key, attributes }) =>
        this.#part(
          indicatorSubject(key),
          indicatorStream(planKey, key),
          indicator,
          attributes,
          (state) => state.attributes,
          none,
          options,
          (reason) => ({
            ...common,
            kind: 'enter' as const,
            indicatorKey: key,
            attributes,
            reason,
          }),
        ),
      ),
    ]);
  }

  async #committee(
    { key: planKey, adoptedOn: printed, attributes: { period }, committee: attributes }: PlanEntries,
    options: LoadOptions,
  ): Promise<Part[]> {
    if (!attributes) return [];
    const { effectiveOn } = options;
    const adoptedOn = adoptionDay(printed, period);
    const part = await this.#part(
      committeeSubject,
      committeeStream(planKey),
      committee,
      attributes,
      (state) => state.attributes,
      none,
      options,
      (reason) => ({ kind: 'enter' as const, planKey, attributes, adoptedOn, effectiveOn, reason }),
    );
    return [part];
  }

  /** What the ledger holds and the file does not is neither kept in silence nor dropped. */
  async #refuseWithoutCommittee({ key, committee: attributes }: PlanEntries): Promise<void> {
    if (attributes || !(await this.ledger.state(committee, committeeStream(key))).attributes) return;
    throw new Refusal('PLAN_ENTRY_REMOVED', ['input', 'source'], committeeSubject);
  }

  async #planItself(
    { key: planKey, adoptedOn: printed, attributes }: PlanEntries,
    options: LoadOptions,
    othersDiffer: boolean,
  ): Promise<Part> {
    const adoptedOn = adoptionDay(printed, attributes.period);
    const { effectiveOn } = options;
    const inFile = titlesIn(attributes);
    const titles = new Map<string, TitleState>();
    for (const subject of inFile.keys())
      titles.set(subject, await this.ledger.state(title, titleStream(planKey, subject)));
    const revisedTitles = new Map(
      [...titles].flatMap(([subject, wordings]) => {
        const newest = newestRevision(wordings, TITLE);
        return newest ? [[subject, newest.value as string] as const] : [];
      }),
    );
    return this.#part(
      planSubject,
      planStream(planKey),
      plan,
      attributes,
      (state) => state?.attributes,
      () => [...titles].flatMap(([subject, wordings]) => keptOf(subject, wordings, { [TITLE]: inFile.get(subject) })),
      options,
      (reason) => ({
        planKey,
        attributes,
        adoptedOn,
        othersDiffer,
        revisedTitles,
        effectiveOn,
        reason,
      }),
    );
  }

  async #part<C, S, E extends DomainEvent>(
    subject: string,
    stream: string,
    decider: Decider<C, S, E>,
    attributes: object,
    attributesIn: (state: S) => object | undefined,
    keptIn: (state: S) => Kept[],
    { reason }: LoadOptions,
    commandFor: (reason: string | undefined) => C,
  ): Promise<Part> {
    const history = (await this.ledger.history(stream)).map((event) => this.ledger.catalogue.upcast(event));
    const state = fold(decider, history as StreamEvent<E>[]);
    return {
      subject,
      stream,
      history,
      known: attributesIn(state) as Attributes | undefined,
      attributes: attributes as Attributes,
      decide: (why) => decider.decide(commandFor(why), state),
      enter: (envelope) => handle(this.ledger, decider, stream, commandFor(reason), envelope),
      kept: keptIn(state),
    };
  }
}

const none = (): Kept[] => [];

/** Stands for the reason while only differences are wanted. */
const UNSAID = '-';

const BY_FILE = /^(Plan|Measure|Kpi|Indicator|Committee)(Adopted|Established|Revised)$/;

const BY_HAND_TOO: ReadonlySet<string> = new Set(['MeasureRevised', 'KpiRevised']);

function refuseStale({ history }: Part, { expectedRevision }: Envelope): void {
  const current = history.length - 1;
  if (expectedRevision !== undefined && current >= 0 && expectedRevision !== current) {
    throw new Refusal('CONFLICT', ['input', 'expectedRevision'], `revision ${String(current)}`, current);
  }
}

/** What a file says must not disappear beneath what a file said later. What was revised by hand is looked at one by one. */
function refuseBeforeLastRevision({ subject, history }: Part, entries: PlanEntries, options: LoadOptions): void {
  const day = options.effectiveOn ?? adoptionDay(entries.adoptedOn, entries.attributes.period);
  const last = history.findLast(
    ({ type, data }) => BY_FILE.test(type) && (!BY_HAND_TOO.has(type) || 'fromFile' in (data as object)),
  );
  if (last && day < last.effectiveOn) {
    throw new Refusal(
      'EFFECTIVE_BEFORE_LAST_REVISION',
      ['input', 'effectiveOn'],
      `${subject}: ${day} < ${last.effectiveOn}`,
    );
  }
}

/** A first entry differs in all that it says; a later one in what it changes. */
function differencesOf({ subject, known, attributes, decide }: Part): Difference[] {
  return decide(UNSAID).flatMap(({ data }) => {
    const { changes = attributes } = data as { changes?: Attributes };
    return Object.entries(changes).flatMap(([attribute, after]) =>
      after === undefined ? [] : [{ subject, attribute, before: beside(known?.[attribute] ?? null, after), after }],
    );
  });
}

/** Of a list of goals, policies or targets only those that are said anew. */
function beside(before: Json, after: Json): Json {
  const nameOf = (one: Json): Json | undefined => {
    const { no, fiscalYear } = (one ?? {}) as { readonly no?: Json; readonly fiscalYear?: Json };
    return no ?? fiscalYear;
  };
  if (!isList(before) || !isList(after) || after.some((one) => nameOf(one) === undefined)) return before;
  return before.filter((one) => after.some((other) => nameOf(other) === nameOf(one)));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
