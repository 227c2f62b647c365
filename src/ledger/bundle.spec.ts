import { bundleLines, parseBundleLine } from './bundle.js';
import { EMPTY_ROOT } from './merkle.js';

const HASH = 'a'.repeat(64);
const header = (more: object): string =>
  JSON.stringify({ daichoEvidence: 1, keys: ['k'], origin: 'city.example', witnesses: [], ...more });
const subtree = (level: unknown): string => JSON.stringify({ subtree: { hash: HASH, level } });

describe('A line of a bundle', () => {
  it('is read as what it is', () => {
    expect(parseBundleLine(header({}))).toEqual(JSON.parse(header({})));
    expect(parseBundleLine(subtree(0))).toEqual({ subtree: { hash: HASH, level: 0 } });
    expect(parseBundleLine(subtree(52))).toEqual({ subtree: { hash: HASH, level: 52 } });
    expect(parseBundleLine('{"checkpoint":"a"}')).toEqual({ checkpoint: 'a' });
  });

  it.each([
    ['another version', header({ daichoEvidence: 2 })],
    ['an origin that is no text', header({ origin: 1 })],
    ['keys that are no list', header({ keys: 'k' })],
    ['keys that are no texts', header({ keys: [1] })],
    ['witnesses that are none', header({ witnesses: null })],
    ['a subtree below the leaves', subtree(-1)],
    ['a subtree above all trees', subtree(53)],
    ['half a level', '{"subtree":{"hash":"' + HASH + '","level":0.5}}'],
    ['a level that is a text', subtree('1')],
    ['a list for a level', subtree([1])],
    ['a checkpoint that is no text', '{"checkpoint":1}'],
    ['no JSON', '{'],
  ])('is none with %s', (_, line) => {
    expect(parseBundleLine(line)).toBeUndefined();
  });

  it('stands for as many entries that are not shown as one hash can', async () => {
    const lines: string[] = [];
    const source = {
      header: { origin: 'city.example', keys: ['k'], witnesses: [] },
      checkpoints: [{ size: 11, note: 'n' }],
      entries: (async function* () {
        // Not one is shown.
      })(),
      nodeAt: () => Promise.resolve(EMPTY_ROOT),
      heads: [],
    };
    for await (const line of bundleLines(source)) lines.push(line);
    const levels = lines.flatMap((line) => /"level":(\d+)/.exec(line)?.[1] ?? []);
    expect([lines.length, levels]).toEqual([5, ['3', '1', '0']]);
  });
});
