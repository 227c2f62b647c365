import type { EvidenceLog } from './evidence-log.js';
import type { HeadCourier } from './head-courier.js';
import type { Witnesses } from './witness.js';

/** The evidence log of this process, if it keeps one, and who else holds its heads. */
export class Evidence {
  constructor(
    readonly log: EvidenceLog | undefined,
    readonly witnesses?: Witnesses,
    readonly courier?: HeadCourier,
  ) {}
}

export const NO_LOG = 'この台帳は証跡ログを作っていません（DAICHO_LOG=off） / no evidence log is kept (DAICHO_LOG=off)';
