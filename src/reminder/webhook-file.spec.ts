import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MESSAGE_TYPES } from './message.js';
import { readWebhooks, type Webhooks } from './webhook-file.js';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 'k').toString('base64')}`;
const SECRET = secretOf(32);

describe('A file of webhooks', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daicho-webhooks-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (text: string): Webhooks => {
    writeFileSync(join(folder, 'webhooks.yaml'), text);
    return readWebhooks(join(folder, 'webhooks.yaml'));
  };
  const one = (change: object): string =>
    JSON.stringify({ endpoints: [{ name: 'chat', url: 'https://hooks.example/a', secret: SECRET, ...change }] });

  it('names who is told, by what secret, of what', () => {
    writeFileSync(join(folder, 'secrets.txt'), `${secretOf(64)}\n${secretOf(24)}\n`);
    const { endpoints, daysBefore } = read(`
daysBefore: [14, 3]
endpoints:
  - name: chat
    url: https://hooks.example/a
    secret: ${SECRET}
  - name: zaisei
    url: http://intranet.example/hook
    allowHttp: true
    secretFile: secrets.txt
    events: [deadline.passed]
    plan: toride-5
    division: 財政課
`);
    expect(daysBefore).toEqual([14, 3]);
    expect(endpoints).toMatchObject([
      { name: 'chat', url: 'https://hooks.example/a', events: MESSAGE_TYPES, plan: undefined, division: undefined },
      { name: 'zaisei', events: ['deadline.passed'], plan: 'toride-5', division: '財政課' },
    ]);
    expect(endpoints.map(({ secrets }) => secrets.map((key) => key.length))).toEqual([[32], [64, 24]]);
  });

  it('tells of a deadline seven days and one day before, unless it says otherwise', () => {
    expect(read(one({})).daysBefore).toEqual([7, 1]);
    expect(read(one({ url: 'http://localhost:8080/' })).endpoints).toHaveLength(1);
  });

  it.each([
    ['plain http to another machine', one({ url: 'http://hooks.example/a' }), /endpoints\[0\]\.url: https:/],
    ['another protocol', one({ url: 'ftp://hooks.example/' }), /endpoints\[0\]\.url/],
    ['a password in the address', one({ url: `https://user:${SECRET}@hooks.example/` }), /endpoints\[0\]\.url/],
    ['a secret that is too short', one({ secret: secretOf(23) }), /endpoints\[0\]\.secret/],
    ['a secret that is too long', one({ secret: secretOf(65) }), /endpoints\[0\]\.secret/],
    ['a secret without its prefix', one({ secret: SECRET.slice(6) }), /endpoints\[0\]\.secret/],
    ['a secret that is no base64', one({ secret: `${SECRET.slice(0, -1)}*` }), /endpoints\[0\]\.secret/],
    ['two places of the secret', one({ secretFile: 'a.txt' }), /endpoints\[0\]\.secret/],
    ['no secret', one({ secret: undefined }), /endpoints\[0\]\.secret/],
    ['a file of secrets that is not there', one({ secret: undefined, secretFile: 'a.txt' }), /secretFile.*ENOENT/],
    ['an event that there is not', one({ events: ['round.open'] }), /endpoints\[0\]\.events\[0\]/],
    ['a setting with a typo', one({ secretfile: SECRET }), /endpoints\[0\]\.secretfile/],
    ['a secret where a setting should be', one({ [SECRET]: 1 }), /endpoints\[0\]: /],
    ['nobody', '{"endpoints": []}', /endpoints/],
    ['nothing', '', /webhooks\.yaml/],
    ['YAML that is none', `endpoints: [\n  {secret: ${SECRET}`, /webhooks\.yaml:2:\d+: YAML/],
    [
      'two of one name',
      JSON.stringify({ endpoints: [1, 2].map((n) => ({ name: 'a', url: `https://h.example/${n}`, secret: SECRET })) }),
      /endpoints\[1\]\.name/,
    ],
  ])('with %s is refused in one sentence, with the place and without the secret', (_what, text, says) => {
    let message = '';
    try {
      read(text);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatch(/^[^\n]*[ぁ-ん][^\n]* \/ [^\n]+$/);
    expect(message).toMatch(says);
    expect(message).not.toContain(SECRET.slice(6, 20));
  });

  it('that is not there is named', () => {
    expect(() => readWebhooks(join(folder, 'nowhere.yaml'))).toThrow(/nowhere\.yaml.*ENOENT/);
  });
});
