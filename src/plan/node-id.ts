const KINDS = ['Plan', 'Measure', 'Kpi', 'Indicator'] as const;
export type NodeKind = (typeof KINDS)[number];

/** The id says what it is of, and says it the same for ever. */
export const idOf = (kind: NodeKind, planKey: string, key = ''): string =>
  Buffer.from(JSON.stringify([kind, planKey, key])).toString('base64url');

/** `undefined` when the text is no id of ours. */
export function readId(id: string): { kind: NodeKind; planKey: string; key: string } | undefined {
  try {
    const [kind, planKey, key] = JSON.parse(Buffer.from(id, 'base64url').toString()) as unknown[];
    const isKind = KINDS.includes(kind as NodeKind);
    return isKind && typeof planKey === 'string' && typeof key === 'string'
      ? { kind: kind as NodeKind, planKey, key }
      : undefined;
  } catch {
    return undefined;
  }
}
