/** Where a fault can be: both kinds of append, both kinds of read, both kinds of subscription. */
export type Method = 'append' | 'readStream' | 'readAll' | 'subscribe' | 'features' | 'gossip';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export type Fault =
  /** Takes the call and does nothing: no commit, no answer. */
  | { readonly kind: 'silent' }
  /** Commits an append, and does not say so. */
  | { readonly kind: 'silent after commit' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'reset before commit' }
  /** The acknowledgement is lost with the connection. */
  | { readonly kind: 'reset after commit' }
  | { readonly kind: 'unavailable' }
  /** Wrong user or password. */
  | { readonly kind: 'unauthenticated' }
  /** The server's own time is up: what became of the append is not known. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'not leader'; readonly leader: Endpoint };

interface Switched {
  readonly fault: Fault;
  readonly on: readonly Method[];
  times: number;
}

/** What goes wrong, and how often; nothing unless it is switched on. */
export class Faults {
  readonly #switched: Switched[] = [];
  /** Calls that have met a fault. */
  met = 0;

  /** Happens to the next `times` calls of these methods. Returns the way to switch it off. */
  add(fault: Fault, on: Method | readonly Method[], times = Infinity): () => void {
    const switched = { fault, on: [on].flat(), times };
    this.#switched.push(switched);
    return () => {
      switched.times = 0;
    };
  }

  clear(): void {
    this.#switched.length = 0;
  }

  /** For one call of a method, now. */
  next(method: Method): Fault | undefined {
    const found = this.#switched.find(({ on, times }) => times > 0 && on.includes(method));
    if (!found) return undefined;
    found.times--;
    this.met++;
    return found.fault;
  }
}
