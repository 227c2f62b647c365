import { randomUUID } from 'node:crypto';
import { BACKWARDS, END, jsonEvent, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import { StoreError } from '../../eventsourcing/event-store.js';
import { collect, NO_DEADLINE, type Connection, type Patience } from './connection.js';
import type { StreamNames } from './stream-names.js';

/** Longer than any append can be under way: a claim that has not been used by then never will be. */
const UNDER_WAY_MS_MAX = 60_000;

interface Claim {
  readonly stream: string;
  readonly revision: bigint;
  readonly madeAtMs: number;
}

/**
 * Event ids are unique in the whole ledger, and the server knows them by stream only. What it does keep is that a stream
 * begins once: so each id has a stream of its own, and who begins it may use the id, in the stream named there.
 */
export class IdClaims {
  /** @param isIn whether a stream holds an event with that id */
  constructor(
    private readonly connection: Connection,
    private readonly names: StreamNames,
    private readonly isIn: (stream: string, id: string, patience: Patience) => Promise<boolean>,
  ) {}

  /** `true`: nobody has asked for any of the ids before. @throws StoreError EVENT_ID_REUSED: one belongs to another stream */
  async claim(ids: readonly string[], stream: string, patience: Patience): Promise<boolean> {
    const made = await Promise.all(ids.map((id) => this.#claim(id, stream, patience)));
    return made.every((isNew) => isNew);
  }

  async #claim(id: string, stream: string, patience: Patience): Promise<boolean> {
    for (let before: Claim | undefined; ;) {
      if (await this.#make(id, stream, before, patience)) return before === undefined;
      before = await this.#newest(id, patience);
      if (before.stream === stream) return false;
      const isUnderWay = Date.now() - before.madeAtMs < UNDER_WAY_MS_MAX;
      if (isUnderWay || (await this.isIn(before.stream, id, patience))) {
        throw new StoreError(
          'EVENT_ID_REUSED',
          `event id ${id} belongs to ${before.stream}; not appended to ${stream}`,
        );
      }
    }
  }

  /** `false`: somebody was first. */
  async #make(id: string, stream: string, before: Claim | undefined, patience: Patience): Promise<boolean> {
    const claim = jsonEvent({ id: randomUUID(), type: 'EventIdClaimed', data: { stream } });
    try {
      const expectedRevision = before?.revision ?? NO_STREAM;
      await this.connection.persist(
        (client) => client.appendToStream(this.names.claim(id), claim, { expectedRevision, ...NO_DEADLINE }),
        patience,
      );
      return true;
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return false;
      throw error;
    }
  }

  async #newest(id: string, patience: Patience): Promise<Claim> {
    const name = this.names.claim(id);
    const newest = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true } as const;
    const [found] = await this.connection.persist(
      (client, alive) => collect(client.readStream(name, newest), alive),
      patience,
    );
    if (!found?.event) throw new StoreError('LEDGER_DAMAGED', `${name} is empty`);
    const { data, revision, created } = found.event;
    return { stream: (data as { readonly stream: string }).stream, revision, madeAtMs: created.getTime() };
  }
}
