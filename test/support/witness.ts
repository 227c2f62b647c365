import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseCheckpoint, type SignedCheckpoint } from '../../src/ledger/checkpoint.js';
import { EMPTY_ROOT, isSame, ProofError, verifyConsistency } from '../../src/ledger/merkle.js';
import {
  cosignNote,
  generateSigningKey,
  NoteError,
  parseSigningKey,
  parseVerifierKey,
  signersOf,
  type SigningKey,
} from '../../src/ledger/note.js';

/** The head that was cosigned last, of each log. */
type State = Readonly<Record<string, { readonly size: number; readonly root: string }>>;

interface Asked {
  readonly oldSize: number;
  readonly checkpoint: string;
}

/** How somebody answers who does not keep to the protocol. */
export type Behaviour = (answer: ServerResponse, asked: Asked, witness: WitnessServer) => void;

/** A witness after c2sp.org/tlog-witness, over real HTTP. What it has cosigned is in a file before it answers. */
export class WitnessServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'daicho-witness-'));
  readonly #server: Server;
  readonly key: SigningKey;
  /** Old size and status of each request, in turn. */
  readonly requests: [oldSize: number, status: number][] = [];
  #port = 0;
  /** Instead of the protocol. */
  behave: Behaviour | undefined;
  /** Called when a head is in the file and nobody has been told yet. */
  onKept: () => void = () => undefined;

  private constructor(
    readonly name: string,
    private readonly logs: readonly string[],
    private readonly nowSeconds: () => bigint,
  ) {
    this.key = parseSigningKey(generateSigningKey(name, 'cosignature'));
    this.#server = createServer((request, answer) => {
      void text(request).then((body) => {
        if (request.method !== 'POST' || request.url !== '/add-checkpoint') answer.writeHead(405).end();
        else this.#answer(body, answer);
      });
    });
  }

  /** @param logs verifier keys of the logs that it knows; a log's origin is the name of its key */
  static async start(
    name: string,
    logs: readonly string[],
    nowSeconds = (): bigint => BigInt(Math.floor(Date.now() / 1_000)),
  ): Promise<WitnessServer> {
    const witness = new WitnessServer(name, logs, nowSeconds);
    await witness.begin();
    return witness;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** As the settings have it. */
  get settings(): { readonly url: string; readonly vkey: string } {
    return { url: `${this.url}/`, vkey: this.key.verifier.vkey };
  }

  /** Listens, again on the same port. */
  async begin(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Nobody is there any more. */
  async end(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async dispose(): Promise<void> {
    await this.end();
    rmSync(this.#folder, { recursive: true });
  }

  cosign(noteText: string): string {
    return cosignNote(noteText, this.key, this.nowSeconds());
  }

  #answer(body: string, answer: ServerResponse): void {
    const end = body.indexOf('\n\n');
    const [old = '', ...proof] = body.slice(0, end).split('\n');
    const [, decimal] = /^old (0|[1-9]\d*)$/.exec(old) ?? [];
    const asked = { oldSize: Number(decimal), checkpoint: body.slice(end + 2) };
    if (this.behave) {
      this.behave(answer, asked, this);
      return;
    }
    const isRead = decimal !== undefined && proof.length <= 63;
    const [status, said, type = 'text/plain'] = isRead ? this.#judge(asked, proof) : [400, ''];
    this.requests.push([asked.oldSize, status]);
    answer.writeHead(status, { 'content-type': type }).end(said);
  }

  #judge({ oldSize, checkpoint }: Asked, proof: readonly string[]): [status: number, body: string, type?: string] {
    let head: SignedCheckpoint;
    try {
      head = parseCheckpoint(checkpoint);
    } catch {
      return [400, ''];
    }
    const known = this.logs.map(parseVerifierKey).filter(({ name }) => name === head.origin);
    if (known.length === 0) return [404, ''];
    try {
      signersOf(head.note, known);
    } catch (error) {
      if (error instanceof NoteError) return [403, ''];
      throw error;
    }
    if (oldSize > head.size) return [400, ''];
    // From here to the end nothing waits: two requests do not come between each other.
    const state = this.#state();
    const last = state[head.origin];
    if (oldSize !== (last?.size ?? 0)) return [409, `${String(last?.size ?? 0)}\n`, 'text/x.tlog.size'];
    const older = last ? { size: last.size, root: Buffer.from(last.root, 'base64') } : { size: 0, root: EMPTY_ROOT };
    try {
      if (head.size === 0 && !isSame(head.root, EMPTY_ROOT)) return [422, ''];
      const hashes = proof.map((line) => Buffer.from(line, 'base64'));
      verifyConsistency(older, head, hashes);
    } catch (error) {
      if (error instanceof ProofError) return [422, ''];
      throw error;
    }
    const root = Buffer.from(head.root).toString('base64');
    this.#keep({ ...state, [head.origin]: { size: head.size, root } });
    this.onKept();
    return [200, this.cosign(head.note.text)];
  }

  #state(): State {
    try {
      return JSON.parse(readFileSync(join(this.#folder, 'state.json'), 'utf8')) as State;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  }

  #keep(state: State): void {
    writeFileSync(join(this.#folder, 'state.json.next'), JSON.stringify(state), { flush: true });
    renameSync(join(this.#folder, 'state.json.next'), join(this.#folder, 'state.json'));
  }
}

/** A file of these witnesses. */
export function witnessFile(file: string, min: number, witnesses: readonly WitnessServer[]): string {
  writeFileSync(file, JSON.stringify({ min, witnesses: witnesses.map(({ settings }) => settings) }));
  return file;
}
