import { isReached, median, ratioTo, type Measured, type Series, type Target } from './measure.js';

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

const spread = ({ values }: Series): string => `${number(Math.min(...values))}–${number(Math.max(...values))}`;

const targetText = ({ against, atLeast, atMost }: Target): string =>
  atLeast !== undefined ? `≥ ${number(atLeast)} × ${against}` : `≤ ${number(atMost ?? 0)} × ${against}`;

/** What `--json` prints: the medians and ratios beside all that they come from. */
export const asJson = (measured: Measured): object => ({
  ...measured,
  medians: {
    ours: median(measured.ours.values),
    ...(measured.peer && { peer: median(measured.peer.values) }),
    ...(measured.limit && { limit: median(measured.limit.values) }),
  },
  ...(measured.peer && { ratioToPeer: ratioTo(measured.ours, measured.peer) }),
  ...(measured.limit && { ratioToLimit: ratioTo(measured.ours, measured.limit) }),
  targets: measured.targets.map((target) => ({ ...target, isReached: isReached(measured, target) })),
});

const HEADS = [
  'figure',
  'unit',
  'ours (min–max)',
  'peer (min–max)',
  'limit (min–max)',
  '× peer',
  '× limit',
  'target',
  'reached',
];

export function table(rows: readonly Measured[]): string {
  const cells = rows.map((row) => {
    const { figure, unit, ours, peer, limit, targets } = row;
    const shown = (series: Series | undefined): string =>
      series ? `${number(median(series.values))} (${spread(series)})` : '';
    return [
      figure,
      unit,
      shown(ours),
      shown(peer),
      shown(limit),
      peer ? number(ratioTo(ours, peer)) : '',
      limit ? number(ratioTo(ours, limit)) : '',
      targets.map(targetText).join(', '),
      targets.length === 0 ? '' : targets.every((target) => isReached(row, target)) ? 'yes' : 'NO',
    ];
  });
  const widths = HEADS.map((head, i) => Math.max(head.length, ...cells.map((line) => (line[i] ?? '').length)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const others = rows.flatMap(({ figure, ours, peer, limit }) => [
    `  ${figure}: ${ours.what}`,
    ...(peer ? [`    peer: ${peer.what}`] : []),
    ...(limit ? [`    limit: ${limit.what}`] : []),
  ]);
  return [line(HEADS), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line), '', ...others].join('\n');
}
