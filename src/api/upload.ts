import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Stands for a file that was larger than is taken; nothing of it was kept. */
export class TooLarge {
  constructor(
    /** How much of it came, at least. */
    readonly bytes: number,
  ) {}
}

/** Who sends more than this is cut off: an answer would not be read before all of it was sent. */
const DRAINED_BYTES_MAX = 64 * 1024 * 1024;

/** Files come as they are, of these types. One over the limit is read through without being kept, so that it can be answered. */
export function takeFiles(fastify: FastifyInstance, mediaTypes: readonly string[], bytesMax: number): void {
  fastify.addContentTypeParser([...mediaTypes], async (_request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of payload) {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes > DRAINED_BYTES_MAX) break;
    }
    return bytes > bytesMax ? new TooLarge(bytes) : Buffer.concat(chunks);
  });
}
