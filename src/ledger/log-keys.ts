import type { VerifierKey } from './note.js';

/** An event of this type, `from` one verifier key `to` another, exchanges the key that signs the log. */
export const KEY_ROTATED = 'LedgerKeyRotated';

/** The keys of a log over time: which is trusted, which announced, which given up. */
export class LogKeys {
  readonly #trusted: Set<string>;
  readonly #retired = new Set<string>();
  readonly #announced = new Set<Rotation>();
  readonly #successions = new Set<Rotation>();

  constructor(trusted: readonly VerifierKey[]) {
    this.#trusted = new Set(trusted.map(({ vkey }) => vkey));
  }

  announce(data: unknown): void {
    const [from] = textsIn(data, 'from');
    const [to] = textsIn(data, 'to');
    if (from && to) this.#announced.add({ from, to });
  }

  /**
   * Whether a trusted key is among those that have signed a head over all that was announced so far. A head by a key's holder
   * makes true what that key announced; the first head by the new key gives the former one up.
   */
  believe(signers: readonly VerifierKey[]): boolean {
    const trusted = signers.map(({ vkey }) => vkey).filter((vkey) => this.#trusted.has(vkey));
    for (const { from, to } of this.#successions) {
      if (!trusted.includes(to)) continue;
      this.#trusted.delete(from);
      this.#retired.add(from);
    }
    for (const rotation of this.#announced) {
      if (!trusted.includes(rotation.from)) continue;
      this.#announced.delete(rotation);
      this.#successions.add(rotation);
      this.#trusted.add(rotation.to);
    }
    return trusted.length > 0;
  }

  /** Whether a key that was given up is among them. */
  gaveUp(signers: readonly VerifierKey[]): boolean {
    return signers.some(({ vkey }) => this.#retired.has(vkey));
  }
}

interface Rotation {
  readonly from: string;
  readonly to: string;
}

/** The text, or the texts, under a name of a payload. */
export function textsIn(data: unknown, name: string): string[] {
  const value = (Object(data) as Record<string, unknown>)[name];
  return [value].flat().filter((item): item is string => typeof item === 'string');
}
