// One pass over a bundle in a process of its own: `verify-process.ts verify|hash FILE VKEY`. Prints what it took, as JSON.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parseVerifierKey } from '../src/ledger/note.js';
import { BundleVerifier } from '../src/ledger/verify.js';

export interface Pass {
  readonly ms: number;
  readonly peakBytes: number;
  /** Entries proven; none when the bytes were only hashed. */
  readonly opened: number;
}

const [what, file, vkey] = process.argv.slice(2) as [string, string, string];
const started = performance.now();
const bytes = createReadStream(file, { highWaterMark: 1024 * 1024 });
let opened = 0;
if (what === 'verify') {
  const verifier = new BundleVerifier({ keys: [parseVerifierKey(vkey)] });
  for await (const chunk of bytes) verifier.write(chunk as Buffer);
  opened = verifier.end().opened;
} else {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk as Buffer);
  hash.digest();
}
const pass: Pass = {
  ms: performance.now() - started,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  opened,
};
process.stdout.write(JSON.stringify(pass));
