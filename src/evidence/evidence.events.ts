import { z } from 'zod';
import { defineEvent, type EventsOf } from '../eventsourcing/catalogue.js';

/** What the ledger records of itself is of no plan. */
export const LEDGER_SCOPE = 'ledger';
export const LEDGER_STREAM = 'ledger';

export const evidenceEvents = {
  /** The log signs with another key from here on: believed once a head by the former one is over it. */
  LedgerKeyRotated: defineEvent({
    version: 1,
    scope: () => LEDGER_SCOPE,
    subject: () => LEDGER_SCOPE,
    /** Verifier keys. */
    data: z.strictObject({ from: z.string(), to: z.string(), reason: z.string() }),
    asserts: ({ data: { to } }) => ({ key: to }),
    sentence: {
      ja: ({ data }) => `証跡ログの署名鍵を ${data.to} に交換`,
      en: ({ data }) => `The evidence log signs with ${data.to} from here on`,
    },
  }),
};

export type EvidenceEvent = EventsOf<typeof evidenceEvents>;
