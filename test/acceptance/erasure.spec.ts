import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseOpenedEntry } from '../../src/ledger/entry.js';
import { entrySecret } from '../../src/ledger/seal.js';
import { ApiProcess } from '../support/api-process.js';
import { json } from '../support/command-line.js';
import type { Answer } from '../support/daicho.js';
import { run, type Outcome } from '../support/program.js';

/** Names and addresses that stand nowhere else. */
const BEFORE = { name: '取手 金糸雀', mail: 'kanariya@canary.example' };
const AFTER = { name: '取手 翡翠', mail: 'kawasemi@kingfisher.example' };

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile());

/** As a text may stand in a file: as it is, as JSON escapes it, and in the encodings in which bytes are written as text. */
const formsOf = (text: string): Buffer[] => [
  ...formsOfBytes(Buffer.from(text)),
  Buffer.from(text, 'utf16le'),
  Buffer.from(JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)),
];
const formsOfBytes = (bytes: Buffer): Buffer[] => [
  bytes,
  Buffer.from(bytes.toString('hex')),
  ...[0, 1, 2].map((shift) => Buffer.from(bytes.subarray(shift).toString('base64').replace(/=*$/, '').slice(0, -2))),
];

/** Somebody whose name is kept asks to be forgotten. The server is a process of its own, so that its output is searched too. */
describe('A person whose data is erased', () => {
  const daicho = new ApiProcess();
  const elsewhere = new ApiProcess();
  let personId: string;
  let token: string;
  let vkey: string;
  const place = (name: string): string => join(elsewhere.folder, name);
  const cli = (data: string, ...args: string[]): Promise<Outcome> => run(['cli', '--data', data, '--json', ...args]);
  const keyFile = (): string => join(daicho.folder, 'people', `${personId}.key`);
  const PERSON = 'query ($id: ID!) { person(id: $id) { name mail isErased grants { role } tokens { id isRevoked } } }';
  const asked = async (): Promise<Answer> => (await daicho.ask(PERSON, { id: personId })).data.person;
  const mutate = async (name: string, input: object): Promise<Answer> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
    const fields = `receipt { eventIds position } problems { code path } person { id name mail isErased }`;
    const answer = await daicho.ask(`mutation ($input: ${type}) { ${name}(input: $input) { ${fields} } }`, { input });
    return answer.data?.[name] ?? answer;
  };
  const head = async (): Promise<string> => {
    const { data } = await daicho.ask('{ ledger { checkpoint { size root } } }');
    return `${String(data.ledger.checkpoint.size)}:${data.ledger.checkpoint.root as string}`;
  };
  const verified = async (file: string, ...flags: string[]): Promise<Answer> => {
    const { code, out } = await cli(place('nothing'), 'verify', file, '--key', vkey, ...flags);
    return { exit: code, ...JSON.parse(out) };
  };

  beforeAll(async () => {
    await daicho.start();
    const registered = await mutate('registerPerson', { ...BEFORE, clientMutationId: 'register' });
    personId = registered.person.id;
    const grant = { personId, role: 'REPORTER', planKey: 'toride-5', division: '国保年金課' };
    expect(await mutate('grantRole', grant)).toMatchObject({ problems: [] });
    const issued = await daicho.ask('mutation ($input: IssueTokenInput!) { issueToken(input: $input) { token } }', {
      input: { personId },
    });
    token = issued.data.issueToken.token;
    ({
      data: {
        ledger: {
          keys: [vkey],
        },
      },
    } = await daicho.ask('{ ledger { keys } }'));
  });
  afterAll(async () => {
    await daicho.dispose();
    await elsewhere.dispose();
  });

  describe('before that', () => {
    it('is known by name to those who may know people, and to nobody else', async () => {
      expect(await asked()).toMatchObject({ ...BEFORE, isErased: false });
      const people = '{ people(planKey: "toride-5") { id name mail } }';
      expect((await daicho.ask(people)).data.people).toEqual([{ id: personId, ...BEFORE }]);
      expect((await daicho.ask(people, {}, `Bearer ${token}`)).data.people).toEqual([]);
      expect((await daicho.ask(PERSON, { id: personId }, '')).data.person).toBeNull();
      expect((await daicho.ask('{ viewer { id name } }', {}, `Bearer ${token}`)).data.viewer).toEqual({
        id: personId,
        name: BEFORE.name,
      });
    });

    it('is named by the trail beside what it did, for those who may know', async () => {
      const input = { planKey: 'toride-5', measureNo: '1-1-5', status: '継続', reason: '仕様を検討中' };
      const change =
        'mutation ($input: ChangeMeasureStatusInput!) { changeMeasureStatus(input: $input) { problems { code } } }';
      const { data } = await daicho.ask(change, { input }, `Bearer ${token}`);
      expect(data.changeMeasureStatus.problems).toEqual([]);
      const trail = `{ plan(key: "toride-5") { auditTrail(last: 1) { nodes { actor { label person name } } } } }`;
      const actorFor = async (authorization?: string): Promise<Answer> =>
        (await daicho.ask(trail, {}, authorization)).data.plan.auditTrail.nodes[0].actor;
      expect(await actorFor()).toEqual({ label: '国保年金課', person: personId, name: BEFORE.name });
      expect(await actorFor('')).toEqual({ label: '国保年金課', person: null, name: null });
    });

    it('is described anew, all of it; a repetition is answered, and another input under its id refused', async () => {
      const input = { personId, ...AFTER, clientMutationId: 'describe' };
      const described = await mutate('describePerson', input);
      expect(described).toMatchObject({ problems: [], person: AFTER });
      expect(described.receipt.eventIds).toHaveLength(1);
      expect((await mutate('describePerson', input)).receipt).toEqual(described.receipt);
      expect((await mutate('describePerson', { ...input, name: '取手 鶺鴒' })).problems).toMatchObject([
        { code: 'IDEMPOTENCY_MISMATCH' },
      ]);
      // What is known already is nothing to record.
      expect((await mutate('describePerson', { personId, ...AFTER })).receipt.eventIds).toEqual([]);
      expect((await mutate('describePerson', { personId, name: AFTER.name })).person).toMatchObject({
        name: AFTER.name,
        mail: null,
      });
      expect((await mutate('describePerson', { personId, ...AFTER })).person).toMatchObject(AFTER);
    });

    it.each([
      ['describePerson', { name: 'x', mail: 'no address' }, 'INVALID_INPUT', 'mail'],
      ['describePerson', { name: ' ' }, 'INVALID_INPUT', 'name'],
      ['describePerson', { name: '二行\nの名' }, 'INVALID_INPUT', 'name'],
      ['describePerson', { name: 'あ'.repeat(201) }, 'INVALID_INPUT', 'name'],
      ['describePerson', { name: 'x', personId: 'pnobody' }, 'PERSON_NOT_FOUND', 'personId'],
      ['erasePerson', { ground: 'REQUESTED', personId: 'pnobody' }, 'PERSON_NOT_FOUND', 'personId'],
      ['registerPerson', { personId: 'pnew', mail: 'a@b.example' }, 'INVALID_INPUT', 'name'],
    ])('%s %j is refused: %s', async (mutation, input, code, field) => {
      const { receipt, problems } = await mutate(mutation, { personId, ...input });
      expect([receipt, problems]).toMatchObject([null, [{ code, path: ['input', field] }]]);
      expect(existsSync(join(daicho.folder, 'people', 'pnobody.key'))).toBe(false);
    });

    it('is erased by who administers all that it may touch, on a ground that is none of its words', async () => {
      const erase = 'mutation ($input: ErasePersonInput!) { erasePerson(input: $input) { receipt { position } } }';
      const { errors } = await daicho.ask(erase, { input: { personId, ground: 'REQUESTED' } }, `Bearer ${token}`);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(await mutate('erasePerson', { personId, ground: '本人' })).toMatchObject({ errors: [expect.anything()] });
    });
  });

  describe('after that', () => {
    let key: Buffer;
    /** Ids of the events in which something was sealed. */
    let sealed: string[];
    let salts: string[];
    let before: string;
    beforeAll(async () => {
      // All that a town has made by then.
      expect(await cli(daicho.folder, 'evidence', 'export', '--out', place('before'))).toMatchObject({ code: 0 });
      expect(
        await cli(daicho.folder, 'ledger', 'export', '--with-secrets', '--out', place('before.ndjson')),
      ).toMatchObject({ code: 0 });
      expect(await cli(daicho.folder, 'backup', '--with-key', '--out', place('backup'))).toMatchObject({ code: 0 });
      before = await head();
      key = readFileSync(keyFile());
      copyFileSync(keyFile(), place('its.key'));
      const entries = readFileSync(place('before'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"PersonDescribed"'))
        .map((line) => {
          const { leaf: _, ...opened } = JSON.parse(line);
          return parseOpenedEntry(JSON.stringify(opened));
        });
      sealed = entries.map((opened) => opened?.entry.id ?? '');
      salts = entries.flatMap((opened) => [opened?.data?.salt ?? '', opened?.caller?.salt ?? '']);
      expect(salts).toHaveLength(8);
      for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{64}$/);
      // Whatever may go wrong with a name, and be complained of.
      const wrong = 'mutation ($input: DescribePersonInput!) { describePerson(input: $input) { nothing } }';
      await daicho.ask(wrong, { input: { personId, ...AFTER } });
      await daicho.ask(wrong, { input: { personId, ...AFTER, mail: 1 } });
      await daicho.ask(`mutation { describePerson(input: { personId: "${personId}", name: "${AFTER.name}" }`);
      await daicho.ask(
        'mutation ($input: DescribePersonInput!) { describePerson(input: $input) { problems { code } } }',
        {
          input: { personId: 'pnobody', ...AFTER, extra: BEFORE.name },
        },
      );
      await fetch(`${daicho.url}/${encodeURIComponent(BEFORE.name)}?mail=${BEFORE.mail}`);

      const erased = await mutate('erasePerson', { personId, ground: 'REQUESTED', clientMutationId: 'erase' });
      expect(erased).toMatchObject({ problems: [], person: { name: null, mail: null, isErased: true } });
    });

    it('is known by its id only, and does nothing any longer', async () => {
      expect(await asked()).toMatchObject({ name: null, mail: null, isErased: true, grants: [] });
      expect((await asked()).tokens).toEqual([{ id: expect.any(String), isRevoked: true }]);
      const { errors } = await daicho.ask('{ viewer { id } }', {}, `Bearer ${token}`);
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      for (const [mutation, input] of [
        ['describePerson', { name: 'x' }],
        ['registerPerson', { name: 'x' }],
        ['grantRole', { role: 'READER', planKey: 'toride-5' }],
        ['issueToken', {}],
        ['issueSignInLink', {}],
      ] as const) {
        expect((await mutate(mutation, { personId, ...input })).problems).toMatchObject([{ code: 'PERSON_ERASED' }]);
      }
      const again = { personId, ...AFTER, clientMutationId: 'describe' };
      expect((await mutate('describePerson', again)).problems).toMatchObject([{ code: 'PERSON_ERASED' }]);
      expect(existsSync(keyFile())).toBe(false);
    });

    it('is still told of by the history, which names nobody', async () => {
      const trail = `query ($id: ID!) { person(id: $id) { auditTrail(first: 100) { nodes { type summary actor { name } } } } }`;
      const { nodes } = (await daicho.ask(trail, { id: personId })).data.person.auditTrail;
      expect(nodes.map(({ type }: Answer) => type)).toEqual([
        'PersonRegistered',
        'PersonDescribed',
        'RoleGranted',
        'TokenIssued',
        'PersonDescribed',
        'PersonDescribed',
        'PersonDescribed',
        'RoleRevoked',
        'TokenRevoked',
        'PersonalDataErased',
      ]);
      expect(nodes.at(-1).summary).toBe(`${personId} の個人情報を消去（本人の請求）`);
      const ofMeasure = `{ plan(key: "toride-5") { measure(no: "1-1-5") { auditTrail(last: 1) { nodes { actor { person name } } } } } }`;
      const { data } = await daicho.ask(ofMeasure);
      expect(data.plan.measure.auditTrail.nodes[0].actor).toEqual({ person: personId, name: null });
    });

    it('leaves every proof as it was: what was erased is told from what was altered', async () => {
      expect(await cli(daicho.folder, 'evidence', 'export', '--head', before, '--out', place('after'))).toMatchObject({
        code: 0,
      });
      expect(await verified(place('before'))).toMatchObject({ exit: 0, verified: true, erased: 0 });
      expect(await verified(place('after'), '--head', before)).toMatchObject({
        exit: 0,
        verified: true,
        erased: 4,
        withheld: 0,
      });
      const text = readFileSync(place('after'), 'utf8');
      const line = text.split('\n').find((one) => one.includes('"PersonDescribed"')) ?? '';
      expect(line).not.toContain('"salt"');
      writeFileSync(place('altered'), text.replace(line, line.replace('"length":', '"length":1')));
      expect(await verified(place('altered'))).toMatchObject({ exit: 1, verified: false });
    });

    const files = (): Map<string, Buffer> =>
      new Map(filesBelow(daicho.folder).map((file) => [file.slice(daicho.folder.length + 1), readFileSync(file)]));
    const foundIn = (bytes: Buffer, wanted: readonly Buffer[]): boolean => wanted.some((one) => bytes.includes(one));
    const texts = Object.values({ ...BEFORE, x: AFTER.name, y: AFTER.mail }).flatMap(formsOf);
    const secrets = (): Buffer[] => [
      ...formsOfBytes(key),
      ...sealed.flatMap((id) => formsOfBytes(Buffer.from(entrySecret(id, key)))),
      ...salts.flatMap((salt) => formsOfBytes(Buffer.from(salt, 'hex'))),
    ];

    it('is in no database, write-ahead log, view or output, nor is anything that would open what is left', async () => {
      const look = (): void => {
        const all = files();
        expect([...all.keys()]).toEqual(
          expect.arrayContaining(['ledger.db', 'ledger.db-wal', 'log/log.db', 'log/log.db-wal', 'access.db']),
        );
        expect([...all.keys()].some((name) => name.startsWith('views/'))).toBe(true);
        // It does look: what nobody has erased is found.
        expect([...all].filter(([, bytes]) => foundIn(bytes, formsOf('仕様を検討中'))).length).toBeGreaterThan(1);
        const found = [...all].filter(([, bytes]) => foundIn(bytes, [...texts, ...secrets()]));
        expect(found.map(([name]) => name)).toEqual([]);
        expect(foundIn(Buffer.from(daicho.printed), [...texts, ...secrets()])).toBe(false);
      };
      look();
      await daicho.end('SIGKILL');
      look();
      await daicho.start();
      look();
      expect(await asked()).toMatchObject({ name: null, isErased: true });
    });

    it('is in no export and no backup that is made from then on; of those made before only its key opens it', async () => {
      await cli(daicho.folder, 'ledger', 'export', '--with-secrets', '--out', place('after.ndjson'));
      await cli(daicho.folder, 'backup', '--with-key', '--out', place('backup-after'));
      const made = [place('after'), place('after.ndjson'), ...filesBelow(place('backup-after'))];
      expect(made.filter((file) => foundIn(readFileSync(file), [...texts, ...secrets()]))).toEqual([]);

      // Whoever was given the evidence then can open what it shows: to what nobody can read.
      expect(foundIn(readFileSync(place('before')), secrets())).toBe(true);
      const earlier = [place('before.ndjson'), ...filesBelow(place('backup'))];
      expect(earlier.filter((file) => foundIn(readFileSync(file), texts))).toEqual([]);
      expect(earlier.filter((file) => foundIn(readFileSync(file), secrets()))).toEqual([
        join(place('backup'), 'people', `${personId}.key`),
      ]);
    });

    it('can be taken out of an earlier backup, which is still proven and restored', async () => {
      rmSync(join(place('backup'), 'people', `${personId}.key`));
      const restored = await cli(place('restored'), 'restore', place('backup'), '--head', before);
      expect([restored.code, json(restored)]).toMatchObject([0, { restored: true, personKeysGone: 1 }]);
      const listed = json(await cli(place('restored'), 'person', 'list', 'toride-5')) as Answer;
      expect(listed).toMatchObject([{ id: personId, name: null, mail: null, hasKey: false }]);
    });

    it('is imported from what was exported before and after, with the same root', async () => {
      for (const name of ['before', 'after']) {
        mkdirSync(place(`from-${name}`));
        const { code, out } = await cli(place(`from-${name}`), 'ledger', 'import', place(`${name}.ndjson`));
        expect(code).toBe(0);
        const { head: imported } = JSON.parse(out);
        const [size, root] = (name === 'before' ? before : await head()).split(':');
        expect(imported).toMatchObject({ size: Number(size), root });
      }
    });

    it('stays erased when an older copy of the key is put back', async () => {
      await daicho.end();
      copyFileSync(place('its.key'), keyFile());
      await daicho.start();
      expect(existsSync(keyFile())).toBe(false);
      expect(await asked()).toMatchObject({ name: null, isErased: true });
    });

    it('is erased again without another word, also of a key that was left', async () => {
      copyFileSync(place('its.key'), keyFile());
      const again = await mutate('erasePerson', { personId, ground: 'REQUESTED', clientMutationId: 'erase' });
      expect(again).toMatchObject({ problems: [], person: { isErased: true } });
      expect(existsSync(keyFile())).toBe(false);
      expect((await mutate('erasePerson', { personId, ground: 'WRONGLY_KEPT' })).receipt.eventIds).toEqual([]);
    });
  });

  it('is registered, described, listed and erased at the terminal as well', async () => {
    const added = json(
      await cli(daicho.folder, 'person', 'add', '--name', BEFORE.name, '--mail', BEFORE.mail),
    ) as Answer;
    const { person } = added;
    await cli(daicho.folder, 'role', 'grant', person, 'reader', '--plan', 'toride-5');
    const of = async (): Promise<Answer> =>
      (json(await cli(daicho.folder, 'person', 'list', 'toride-5')) as Answer).find(({ id }: Answer) => id === person);
    expect(await of()).toMatchObject({ ...BEFORE, isErased: false });
    await cli(daicho.folder, 'person', 'describe', person, '--name', AFTER.name);
    expect(await of()).toMatchObject({ name: AFTER.name, mail: null });
    expect(await cli(daicho.folder, 'person', 'erase', person)).toMatchObject({ code: 1 });
    expect(await cli(daicho.folder, 'person', 'add', '--mail', BEFORE.mail)).toMatchObject({ code: 1 });
    expect(await cli(daicho.folder, 'person', 'erase', person, '--ground', 'NO_LONGER_NEEDED')).toMatchObject({
      code: 0,
    });
    expect(await of()).toMatchObject({ name: null, isErased: true, grants: [] });
    expect(existsSync(join(daicho.folder, 'people', `${person as string}.key`))).toBe(false);
  });
});
