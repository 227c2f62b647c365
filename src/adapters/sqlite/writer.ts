import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LedgerWriter, refusalOf, type AppendAnswer, type AppendRequest } from './ledger-writer.js';

/** To the writer. After `close` nothing follows. */
export type WriterMessage = AppendBatch | 'close';

export interface AppendBatch {
  readonly requests: readonly AppendRequest[];
  /** The clock's time when they were sent. */
  readonly nowMs: number;
}

/** From the writer: in the order of the requests. */
export type WriterAnswers = readonly AppendAnswer[];

/** UTF-16 units of bodies in one transaction; what is beyond waits for the next. */
const GROUP_SIZE_MAX = 4 * 1024 * 1024;

/** After so long without an append, the ledger's file is made complete. */
const IDLE_MS = 1_000;

if (!parentPort) throw new Error('writer.js runs in a worker thread');
const port = parentPort;
const { file } = workerData as { readonly file: string };
let writer: LedgerWriter | undefined;
const idle = setTimeout(() => writer?.settle(), IDLE_MS);

port.on('message', (message: WriterMessage) => {
  if (message === 'close') {
    clearTimeout(idle);
    writer?.close();
    port.close();
    return;
  }
  const batches = withAllThatWaits(message);
  const requests = batches.flatMap((batch) => batch.requests);
  port.postMessage(answer(requests, batches.at(-1)?.nowMs ?? message.nowMs));
  writer?.tidy();
  idle.refresh();
});

/** Whatever has arrived by now goes into the same transaction and shares its one fsync. */
function withAllThatWaits(first: AppendBatch): AppendBatch[] {
  const batches = [first];
  let size = sizeOf(first);
  while (size < GROUP_SIZE_MAX) {
    const next = receiveMessageOnPort(port) as { readonly message: AppendBatch } | undefined;
    if (!next) break;
    batches.push(next.message);
    size += sizeOf(next.message);
  }
  return batches;
}

const sizeOf = ({ requests }: AppendBatch): number =>
  requests.reduce((total, [, , , bodies]) => bodies.reduce((sum, body) => sum + body.length, total), 0);

function answer(requests: readonly AppendRequest[], nowMs: number): WriterAnswers {
  try {
    writer ??= new LedgerWriter(file);
    return writer.commit(requests, nowMs);
  } catch (error) {
    return requests.map(() => refusalOf(error));
  }
}
