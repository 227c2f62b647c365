import { z } from 'zod';
import { isDay } from '../calendar/day.js';
import type { Json } from '../ledger/canonical.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { Assertion } from './timeline.js';

export type Language = 'ja' | 'en';

/** The name of a division, or the title of a KPI, by its key. */
export type NameOf = (key: string) => string;

const asIs: NameOf = (key) => key;

/** What a definition's pure functions may look at. */
export interface Said<Data> {
  readonly id: string;
  readonly effectiveOn: string;
  readonly data: Data;
}

/** The entry that a correction or withdrawal takes the place of: an earlier event of the same stream. */
export const entryRef = z.strictObject({ eventId: z.uuid(), revision: z.int().nonnegative() });
export type EntryRef = z.output<typeof entryRef>;

/** What an entry said of one attribute is so no longer, on any day, for all who know the ledger from here on. */
export interface Superseded {
  readonly entry: EntryRef;
  /** Of the same subject. */
  readonly attribute: string;
}

/** Values by attribute; `undefined` says nothing. */
export type Attributes = Readonly<Record<string, Json | undefined>>;

/** Some of the attributes, as a `.partial()` schema gives them. */
export type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface SubjectAttributes {
  readonly subject: string;
  readonly attributes: Attributes;
}

/** One declaration gives an event type its TypeScript type, its runtime check, its published schema and its meaning. */
export interface EventDefinition<Data> {
  /** Version of `data`, from 1. Raise it together with an entry in `upcasts`. */
  readonly version: number;
  readonly data: z.ZodType<Data>;
  /** The plan (scope) it belongs to. */
  readonly scope: (data: Data) => string;
  /** What it is about, for people and programs: `measure/1-2-1`. */
  readonly subject: (data: Data) => string;
  /** What it says is so from `effectiveOn` on: of its own subject by attribute, or of several subjects. */
  readonly asserts: (event: Said<Data>) => Attributes | readonly SubjectAttributes[];
  /** The entry it corrects or withdraws, if any. */
  readonly supersedes?: (data: Data) => Superseded | undefined;
  /**
   * Who may read it: everybody, unless said otherwise. `disclosed`: those at work until a later event of its stream
   * discloses it, then everybody. `staff`: only those at work, for ever.
   */
  readonly audience?: 'disclosed' | 'staff';
  /** What stands before it in its stream, and waits for it, may be read by everybody from here on. */
  readonly discloses?: boolean;
  /** Its data names something that stays with those at work, though the event itself may be read by everybody. */
  readonly holdsBack?: (data: Data) => boolean;
  /** Whose key seals something in its data: with that key ends what opens the event's entry in the evidence log. */
  readonly sealedFor?: (data: Data) => string;
  /** One sentence for people, with divisions and KPIs by the name they had when it was recorded. */
  readonly sentence: Record<Language, (event: Said<Data>, nameOf: NameOf, titleOf: NameOf) => string>;
  /** `upcasts[n]` turns data of version n into version n + 1. */
  readonly upcasts?: Readonly<Record<number, (data: never) => unknown>>;
}

/** Helps inference: the type of `data` comes from its schema. */
export const defineEvent = <Schema extends z.ZodType>(
  definition: EventDefinition<z.output<Schema>> & { readonly data: Schema },
): EventDefinition<z.output<Schema>> => definition;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the only type that all definitions share
export type AnyDefinition = EventDefinition<any>;

/** The union of a context's events, derived from its declarations. */
export type EventsOf<Definitions extends Record<string, AnyDefinition>> = {
  [Type in keyof Definitions & string]: Definitions[Type] extends EventDefinition<infer Data>
    ? DomainEvent<Type, Data>
    : never;
}[keyof Definitions & string];

export type Audience = 'public' | 'disclosed' | 'staff';

/** What an event means to the read side. */
export interface Meaning {
  readonly scope: string;
  readonly subject: string;
  readonly assertions: readonly Assertion[];
  readonly supersedes: Superseded | undefined;
  readonly audience: Audience;
  readonly discloses: boolean;
}

/** A recorded event, in today's version, with its meaning. */
export interface Projected extends Meaning {
  readonly event: RecordedEvent;
}

/** As much of a recorded event as its meaning depends on. */
export type Meant = Pick<RecordedEvent, 'id' | 'type' | 'schemaVersion' | 'effectiveOn' | 'data'>;

export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  constructor(
    readonly code: 'UNKNOWN_TYPE' | 'UNKNOWN_VERSION' | 'INVALID_DATA',
    message: string,
  ) {
    super(message);
  }
}

const isSeveral = (said: Attributes | readonly SubjectAttributes[]): said is readonly SubjectAttributes[] =>
  Array.isArray(said);

/** All event types that Daicho writes or ever wrote. */
export class Catalogue {
  readonly #definitions: ReadonlyMap<string, AnyDefinition>;

  constructor(...contexts: readonly Record<string, AnyDefinition>[]) {
    this.#definitions = new Map(contexts.flatMap((definitions) => Object.entries(definitions)));
  }

  get types(): string[] {
    return [...this.#definitions.keys()].sort();
  }

  definition(type: string): AnyDefinition {
    const definition = this.#definitions.get(type);
    if (!definition) throw new CatalogueError('UNKNOWN_TYPE', `unknown event type ${type}`);
    return definition;
  }

  /** Checked before it is recorded. @throws CatalogueError INVALID_DATA: a defect of the decider, never of a caller */
  check(event: DomainEvent): void {
    const result = this.definition(event.type).data.safeParse(event.data);
    if (!result.success) {
      throw new CatalogueError('INVALID_DATA', `${event.type}: ${z.prettifyError(result.error)}`);
    }
    if (!isDay(event.effectiveOn)) {
      throw new CatalogueError('INVALID_DATA', `${event.type}: effectiveOn is not a day`);
    }
  }

  /** The event with its data in today's version. Unchanged, not copied, when it is already. */
  upcast<Event extends Pick<Meant, 'type' | 'schemaVersion' | 'data'>>(event: Event): Event {
    const { version, upcasts } = this.definition(event.type);
    if (event.schemaVersion === version) return event;
    let data: unknown = event.data;
    for (let v = event.schemaVersion; v < version; v++) {
      const step = upcasts?.[v];
      if (!step) throw new CatalogueError('UNKNOWN_VERSION', `${event.type} has no upcast from version ${String(v)}`);
      data = step(data as never);
    }
    if (event.schemaVersion > version) {
      throw new CatalogueError(
        'UNKNOWN_VERSION',
        `${event.type} version ${String(event.schemaVersion)} is newer than this program`,
      );
    }
    return { ...event, schemaVersion: version, data };
  }

  /** @throws CatalogueError that names the place: what nobody here can read stops whoever reads it, nothing is skipped */
  project(recorded: RecordedEvent): Projected {
    try {
      const event = this.upcast(recorded);
      return { event, ...this.meaning(event) };
    } catch (error) {
      const { position, stream, revision } = recorded;
      const code = error instanceof CatalogueError ? error.code : 'INVALID_DATA';
      const why = error instanceof Error ? error.message : String(error);
      throw new CatalogueError(
        code,
        `位置 ${position}、${stream} ${String(revision)} の記録を読めません。新しい版の Daicho が必要かもしれません / ` +
          `the event at ${position}, ${stream} ${String(revision)}, cannot be read; it may need a newer Daicho: ${why}`,
      );
    }
  }

  meaning(recorded: Meant): Meaning {
    const event = this.upcast(recorded);
    const definition = this.definition(event.type);
    const scope = definition.scope(event.data);
    const subject = definition.subject(event.data);
    const said = definition.asserts(event);
    const assertions: Assertion[] = [];
    for (const { subject: of, attributes } of isSeveral(said) ? said : [{ subject, attributes: said }]) {
      for (const [attribute, value] of Object.entries(attributes)) {
        if (value !== undefined)
          assertions.push({ scope, subject: of, attribute, effectiveFrom: event.effectiveOn, value });
      }
    }
    const { audience = 'public', discloses = false } = definition;
    return { scope, subject, assertions, supersedes: definition.supersedes?.(event.data), audience, discloses };
  }

  /** Whether its data as it is kept is not for everybody, who may read the event. */
  holdsBack(recorded: Meant): boolean {
    const { data } = this.upcast(recorded);
    return this.definition(recorded.type).holdsBack?.(data) ?? false;
  }

  /** Whose key seals something in its data, if anything is sealed. */
  sealedFor(recorded: Meant): string | undefined {
    return this.definition(recorded.type).sealedFor?.(this.upcast(recorded).data);
  }

  sentence(recorded: Meant, language: Language, nameOf: NameOf = asIs, titleOf: NameOf = asIs): string {
    const event = this.upcast(recorded);
    return this.definition(event.type).sentence[language](event, nameOf, titleOf);
  }
}
