import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** When nothing new has come for so long, what was sent before the stop began has arrived and been read. */
const QUIET_MS = 250;
/** Who goes on asking is answered for so long, and told each time to go elsewhere. */
const GRACE_MS_MAX = 2_000;
/** How long a server that stops waits for its last answers to be taken. */
const STOP_MS_MAX = 10_000;
const LOOK_MS = 50;

/**
 * The end of an HTTP server at which nothing is lost that was sent before it began. A connection may have been made that
 * the process has not accepted yet, and a request have arrived that it has not read: to close at once would reset them. So
 * the server goes on for a moment, each answer the last of its connection, and closes when it has become quiet.
 */
export class GracefulStop {
  readonly #connections = new Set<Socket>();
  readonly #answers = new Set<ServerResponse>();
  #newestMs = 0;
  #isStopping = false;

  /** Made before the server listens. */
  constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.#newestMs = performance.now();
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    server.prependListener('request', (_, answer) => {
      this.#newestMs = performance.now();
      this.#answers.add(answer);
      answer.once('close', () => this.#answers.delete(answer));
      if (this.#isStopping) isTheLast(answer);
    });
  }

  /** @param close stops listening, and ends when there is no connection any more */
  async stop(close: () => Promise<void>): Promise<void> {
    this.#isStopping = true;
    for (const answer of this.#answers) isTheLast(answer);
    const beganMs = (this.#newestMs = performance.now());
    do await this.#look();
    while (performance.now() - this.#newestMs < QUIET_MS && performance.now() - beganMs < GRACE_MS_MAX);

    const closed = close().then(() => true);
    while (!(await Promise.race([closed, this.#look()]))) this.#closeIdle(performance.now() - beganMs > STOP_MS_MAX);
  }

  /** A timer that is due comes before what has arrived meanwhile, so it is waited for that, too. */
  async #look(): Promise<false> {
    await sleep(LOOK_MS);
    return setImmediate(false);
  }

  #closeIdle(allOfThem: boolean): void {
    if (allOfThem) this.server.closeAllConnections();
    this.server.closeIdleConnections();
    // One over which nobody has asked anything counts as busy.
    for (const socket of this.#connections) if (socket.bytesRead === 0) socket.destroy();
  }
}

function isTheLast(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('connection', 'close');
}
