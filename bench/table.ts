import { isReached, median, ratioTo, type Measured, type NotMeasured, type Series, type Target } from './measure.js';

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

const spread = ({ values }: Series): string => `${number(Math.min(...values))}–${number(Math.max(...values))}`;

const targetText = ({ against, atLeast, atMost }: Target): string =>
  atLeast !== undefined ? `≥ ${number(atLeast)} × ${against}` : `≤ ${number(atMost ?? 0)} × ${against}`;

/** What `--json` prints: the medians and ratios beside all that they come from. */
export const asJson = (row: Measured | NotMeasured): object =>
  'notMeasured' in row
    ? row
    : {
        ...row,
        medians: {
          ours: median(row.ours.values),
          ...(row.peer && { peer: median(row.peer.values) }),
          ...(row.limit && { limit: median(row.limit.values) }),
        },
        ...(row.peer && { ratioToPeer: ratioTo(row.ours, row.peer) }),
        ...(row.limit && { ratioToLimit: ratioTo(row.ours, row.limit) }),
        targets: row.targets.map((target) => ({ ...target, isReached: isReached(row, target) })),
      };

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

export function table(rows: readonly (Measured | NotMeasured)[]): string {
  const cells = rows.map(cellsOf);
  const widths = HEADS.map((head, i) =>
    // A line that is not measured says so across the others' columns.
    Math.max(head.length, ...cells.map((line) => (line.length < HEADS.length && i > 0 ? 0 : (line[i] ?? '').length))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const others = rows.flatMap((row) =>
    'notMeasured' in row
      ? []
      : [
          `  ${row.figure}: ${row.ours.what}`,
          ...(row.peer ? [`    peer: ${row.peer.what}`] : []),
          ...(row.limit ? [`    limit: ${row.limit.what}`] : []),
        ],
  );
  return [line(HEADS), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line), '', ...others].join('\n');
}

function cellsOf(row: Measured | NotMeasured): string[] {
  if ('notMeasured' in row) return [row.figure, `not measured: ${row.notMeasured}`];
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
}
