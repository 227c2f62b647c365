/** Separates the ledger's name from the stream's; no stream of Daicho has it in its name. */
const SEPARATOR = '~';
const BEGINNING = 'daicho-ledger';
const CLAIM = 'daicho-id-';

/** Names on the server: several ledgers may share one, each with a name of its own before its streams; one has none. */
export class StreamNames {
  readonly #prefix: string;

  /** @param ledger the ledger's name; empty: the one without */
  constructor(ledger: string) {
    this.#prefix = ledger === '' ? '' : ledger + SEPARATOR;
  }

  /** A stream with one event, which is before all others of the ledger. */
  get beginning(): string {
    return this.#prefix + BEGINNING;
  }

  /** Says to which stream an event id belongs. */
  claim(id: string): string {
    return this.#prefix + CLAIM + id;
  }

  onServer(stream: string): string {
    return this.#prefix + stream;
  }

  /** The ledger's name of a stream; `undefined`: not of this ledger, or none of its events. */
  inLedger(name: string): string | undefined {
    if (name.startsWith('$') || !name.startsWith(this.#prefix)) return undefined;
    const stream = name.slice(this.#prefix.length);
    const isBeside = stream.includes(SEPARATOR) || stream === BEGINNING || stream.startsWith(CLAIM);
    return isBeside ? undefined : stream;
  }
}
