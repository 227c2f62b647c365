/**
 * When things were last used, by their keys. Kept beside the views and, unlike them, of no event: reading must not write
 * the ledger. When it is lost, things look unused.
 */
export abstract class LastUses {
  /** Times are ms since 1970 UTC. One that is earlier than what is known changes nothing. */
  abstract record(uses: ReadonlyMap<string, number>): Promise<void>;
  /** Of those that were used. */
  abstract of(keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
  abstract close(): Promise<void>;
}
