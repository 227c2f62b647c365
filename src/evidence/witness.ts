import type { Clock } from '../eventsourcing/clock.js';
import type { Quorum } from '../ledger/log-store.js';
import { cosignedAt, parseNote, type SignatureLine } from '../ledger/note.js';
import { readWitnessAnswer, writeAddCheckpoint, type WitnessAnswer } from '../ledger/witness.js';
import type { EvidenceLog, LogCheckpoint } from './evidence-log.js';
import { HolderError, postText, type HeadHolder } from './head-holder.js';
import type { WitnessPolicy, WitnessSettings } from './witness-file.js';

/** For one head: as it seems, after a 409, and once more when another process was quicker. */
const REQUESTS_MAX = 3;

/** A head that a witness has cosigned. */
export interface Cosigned {
  readonly size: number;
  /** Seconds since 1970, as the witness says. */
  readonly atSeconds: bigint;
}

/** A witness: it cosigns a head only when all that it cosigned before is the beginning of it (C2SP tlog-witness). */
export class Witness implements HeadHolder {
  constructor(
    private readonly settings: WitnessSettings,
    private readonly log: EvidenceLog,
    private readonly clock: Clock,
  ) {}

  get name(): string {
    return this.settings.key.name;
  }

  get vkey(): string {
    return this.settings.key.vkey;
  }

  /** The newest head that it has cosigned. */
  async last(): Promise<Cosigned | undefined> {
    const head = await this.log.newest({ vkeys: [this.vkey], min: 1 });
    const line = head && this.lineIn(head.note);
    return head && line && { size: head.size, atSeconds: cosignedAt(line.signature) ?? 0n };
  }

  /** Its line in a signed note. */
  lineIn(note: string): SignatureLine | undefined {
    const { name, id } = this.settings.key;
    return parseNote(note).signatures.find((line) => line.name === name && line.id === id);
  }

  /** It is asked even for what it has signed: what is kept here may be an older copy than what it has seen. */
  async take(head: LogCheckpoint, stop: AbortSignal): Promise<void> {
    let oldSize = (await this.last())?.size ?? 0;
    for (let requests = 0; requests < REQUESTS_MAX && oldSize <= head.size; requests++) {
      const answer = await this.#ask(head, oldSize, stop);
      switch (answer.kind) {
        case 'cosigned':
          await this.log.cosign(head.size, this.vkey, answer.line);
          return;
        case 'refused':
          throw new HolderError(answer.why);
        case 'other-size':
          oldSize = answer.size;
      }
    }
    // Larger is right only when another process has had a later head cosigned meanwhile, which is then ours.
    if (oldSize > ((await this.log.newest())?.size ?? 0)) throw new HolderError('ROLLED_BACK', String(oldSize));
    if (oldSize <= head.size) throw new HolderError('UNEXPECTED_ANSWER', `409 × ${String(REQUESTS_MAX)}`);
  }

  async #ask(head: LogCheckpoint, oldSize: number, stop: AbortSignal): Promise<WitnessAnswer> {
    const { url, key } = this.settings;
    const proof = await this.log.consistencyProof(oldSize, head.size);
    const body = writeAddCheckpoint({ oldSize, proof, checkpoint: head.note });
    const reply = await postText(`${url}/add-checkpoint`, body, stop);
    const { text } = parseNote(head.note);
    const answer = readWitnessAnswer(reply, { text, key, nowSeconds: BigInt(Math.floor(this.clock.nowMs() / 1_000)) });
    if (answer.kind === 'refused' && answer.why === 'UNEXPECTED_ANSWER')
      throw new HolderError(answer.why, `HTTP ${String(reply.status)}`);
    return answer;
  }
}

/** All witnesses of a log, and how many make a head a witnessed one. */
export class Witnesses {
  readonly all: readonly Witness[];
  readonly quorum: Quorum;

  constructor({ witnesses, min }: WitnessPolicy, log: EvidenceLog, clock: Clock) {
    this.all = witnesses.map((settings) => new Witness(settings, log, clock));
    this.quorum = { vkeys: witnesses.map(({ key }) => key.vkey), min };
  }

  /** Asks all of them for one head, once. */
  async ask(head: LogCheckpoint, onProblem: (name: string, problem: string) => void): Promise<void> {
    const { signal } = new AbortController();
    await Promise.all(
      this.all.map((witness) =>
        witness.take(head, signal).catch((error: unknown) => {
          if (!(error instanceof HolderError)) throw error;
          onProblem(witness.name, error.message);
        }),
      ),
    );
  }

  /** Those who have signed a note. */
  in(note: string): string[] {
    return this.all.filter((witness) => witness.lineIn(note)).map(({ name }) => name);
  }
}
