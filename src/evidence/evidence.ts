import type { EvidenceLog } from './evidence-log.js';

/** The evidence log of this process, if it keeps one. */
export class Evidence {
  constructor(readonly log: EvidenceLog | undefined) {}
}
