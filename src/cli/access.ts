import { randomUUID } from 'node:crypto';
import { CommandBus } from '@nestjs/cqrs';
import { InvalidArgumentError, type Command } from 'commander';
import pc from 'picocolors';
import type { AccessOrder } from '../access/access.js';
import { PERSON_ID } from '../access/access.events.js';
import { ChangeAccess } from '../access/access.handler.js';
import type { Receipt } from '../eventsourcing/event-store.js';
import { Refusal } from '../problems.js';
import { ledgerPlace, requireThere } from '../stores.js';
import { globalOptions, placesOf, report, withApp } from './terminal.js';

/** An argument that is a person. */
export function personId(text: string): string {
  if (PERSON_ID.test(text)) return text;
  throw new InvalidArgumentError(
    '職員の ID（p で始まる英小文字と数字）を入力してください / not the id of a person (p…)',
  );
}

/** What was recorded, for people and for programs. */
export interface Told {
  readonly lines: readonly string[];
  readonly result?: object;
}

/**
 * Changes what a person may do, by hand of the operator of this machine. A server that runs beside it knows at once.
 *
 * @param order given the time, ms since 1970 UTC
 */
export async function changeAccess(
  command: Command,
  person: string,
  order: (nowMs: number) => AccessOrder,
  tell: (receipt: Receipt) => Told,
): Promise<void> {
  const options = globalOptions(command);
  requireThere(ledgerPlace(placesOf(options)));
  const envelope = { commandId: randomUUID(), isNew: true, fingerprint: randomUUID(), actor: 'admin' };
  try {
    const receipt = await withApp(options, (app, { clock }) =>
      app.get(CommandBus).execute(new ChangeAccess(person, order(clock.nowMs()), envelope)),
    );
    const { lines, result } = tell(receipt);
    report(options, { person, ...result, receipt, problem: null }, lines);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    report(options, { person, receipt: null, problem: refusal.code }, [pc.red(refusal.message)]);
    process.exitCode = 1;
  }
}
