import type { EvidenceLog } from './evidence-log.js';

/** The evidence log of this process, if it keeps one. */
export class Evidence {
  constructor(readonly log: EvidenceLog | undefined) {}
}

export const NO_LOG = 'この台帳は証跡ログを作っていません（DAICHO_LOG=off） / no evidence log is kept (DAICHO_LOG=off)';
