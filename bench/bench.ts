import type { LedgerFolder } from './ledgers.js';
import type { Measured, NotMeasured } from './measure.js';
import type { PostgresUnderTest } from '../test/support/postgres.js';

/** A ledger whose views are filled. */
export interface FilledLedger extends LedgerFolder {
  readonly viewsBytes: number;
}

/** What every figure can use. */
export interface Bench {
  readonly quick: boolean;
  /** An empty folder on the disk that is measured, removed at the end. */
  readonly newFolder: () => string;
  /** 10,000 events; written once for all. Only to be read. */
  readonly small: () => Promise<FilledLedger>;
  /** 1,000,000 events, 100,000 in a quick run. */
  readonly large: () => Promise<FilledLedger>;
  /** A real PostgreSQL on the disk that is measured, as durable as it comes; started once for all. */
  readonly postgres: () => Promise<PostgresUnderTest>;
}

export type Figure = (bench: Bench) => Promise<(Measured | NotMeasured)[]>;
