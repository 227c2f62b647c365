export type NodeKind = 'Plan' | 'Measure' | 'Kpi';

/** The id says what it is of, and says it the same for ever. */
export const idOf = (kind: NodeKind, planKey: string, key = ''): string =>
  Buffer.from(JSON.stringify([kind, planKey, key])).toString('base64url');

/** `undefined` when the text is no id of ours. */
export function readId(id: string): { kind: NodeKind; planKey: string; key: string } | undefined {
  try {
    const [kind, planKey, key] = JSON.parse(Buffer.from(id, 'base64url').toString()) as unknown[];
    const isKind = kind === 'Plan' || kind === 'Measure' || kind === 'Kpi';
    return isKind && typeof planKey === 'string' && typeof key === 'string' ? { kind, planKey, key } : undefined;
  } catch {
    return undefined;
  }
}
