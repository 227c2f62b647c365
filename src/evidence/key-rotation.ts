import { existsSync, renameSync } from 'node:fs';
import { dayAt } from '../calendar/day.js';
import type { Clock } from '../eventsourcing/clock.js';
import type { Decider } from '../eventsourcing/decider.js';
import { handle, uuidOf, type Ledger } from '../eventsourcing/handle.js';
import { LEDGER_STREAM, type EvidenceEvent } from './evidence.events.js';
import type { EvidenceLog } from './evidence-log.js';
import { makeLogKey, readLogKey } from './log-key.js';

interface Rotation {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly today: string;
}

const rotation: Decider<Rotation, null, EvidenceEvent> = {
  initial: null,
  evolve: () => null,
  decide: ({ today, ...data }) => [{ type: 'LedgerKeyRotated', effectiveOn: today, data }],
};

/** Of the ledger's own events: no plan says where it is. */
const TIME_ZONE = 'Asia/Tokyo';

/**
 * Gives the log another key: says so in the ledger, has the former key sign a head over that, and puts the new key in its
 * place only when that head is kept. One that was cut off goes on with the same new key.
 *
 * @returns the new verifier key
 */
export async function rotateKey(
  keyFile: string,
  reason: string,
  { ledger, log, clock }: { readonly ledger: Ledger; readonly log: EvidenceLog; readonly clock: Clock },
): Promise<string> {
  const nextFile = `${keyFile}.next`;
  if (!existsSync(nextFile)) makeLogKey(nextFile, log.origin);
  const from = readLogKey(keyFile).verifier.vkey;
  const to = readLogKey(nextFile).verifier.vkey;
  const today = dayAt(clock.nowMs(), TIME_ZONE);
  const commandId = uuidOf('rotate-key', from, to);
  const envelope = { commandId, fingerprint: commandId, actor: 'admin' };
  const { eventIds } = await handle(ledger, rotation, LEDGER_STREAM, { from, to, reason, today }, envelope);
  await log.catchUp();
  const index = await log.indexOf(eventIds[0] ?? '');
  const head = await log.checkpoint();
  if (index === undefined || head.size <= index) throw new Error('no head is over the exchange of the key');
  renameSync(nextFile, keyFile);
  return to;
}
