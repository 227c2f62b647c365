import { readFileSync } from 'node:fs';
import { buildSchema, isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputType } from 'graphql';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const NOW = '2026-11-25T10:00:00+09:00';
const planKey = 'toride-5';
/** 窓口各課 carries it out, 情報管理課 coordinates it. */
const measureNo = '1-2-1';
/** The same divisions do the same for it. */
const INITIATIVE = 'U1';
const DIVISIONS = { owner: '国保年金課', coordinating: '情報管理課', another: '財政課', none: undefined };
type Place = keyof typeof DIVISIONS;
const PLACES = Object.keys(DIVISIONS) as Place[];

/** What a reviewer reads: the cells of each mutation's row, by the heading of their column. */
function committedTable(): Map<string, Map<string, string>> {
  const lines = readFileSync('docs/permissions.md', 'utf8').split('\n');
  const [headings = [], , ...rows] = lines
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const columns = headings.slice(1).map((heading) => heading.split(' ')[1] ?? '');
  const named = rows.flatMap(([name = '', ...cells]) => {
    const mutation = /^`(\w+)`$/.exec(name)?.[1];
    return mutation === undefined
      ? []
      : [[mutation, new Map(columns.map((role, i) => [role, cells[i] ?? '']))] as const];
  });
  return new Map(named);
}

const table = committedTable();
const ROLES = [...(table.values().next().value?.keys() ?? [])].filter((column) => column !== 'public');
const OF_A_DIVISION = ['reporter', 'approver'];
const OF_NO_DIVISION = ['reader', 'committee', 'auditor'];

const schema = buildSchema(readFileSync('src/schema.graphql', 'utf8'));
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});

/** The least that GraphQL lets pass. What it says of plan, measure and person is there, what else it says need not be. */
function inputOf(mutation: string, named: Record<string, unknown>): Record<string, unknown> {
  const VALUES: Record<string, unknown> = {
    ...{ String: 'x', ID: 'x', Int: 1, Boolean: false, Decimal: '1' },
    ...{ FiscalYear: 2026, Date: '2026-11-25', Period: 'FY2026' },
  };
  const valueOf = (name: string, type: GraphQLInputType): unknown => {
    if (name in named) return named[name];
    if (isNonNullType(type)) return valueOf(name, type.ofType);
    if (isListType(type)) return [];
    if (isEnumType(type)) return type.getValues()[0]?.name;
    if (isInputObjectType(type)) return fieldsOf(type.name);
    if (type.name in VALUES) return VALUES[type.name];
    throw new Error(`what is a ${type.name}? Give one in VALUES`);
  };
  const fieldsOf = (type: string): Record<string, unknown> => {
    const input = schema.getType(type);
    if (!isInputObjectType(input)) throw new Error(`${type} is not an input`);
    const asked = Object.values(input.getFields()).filter(({ name, type }) => isNonNullType(type) || name in named);
    return Object.fromEntries(asked.map(({ name, type }) => [name, valueOf(name, type)]));
  };
  return fieldsOf(`${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`);
}

function isOfMeasure(mutation: string): boolean {
  const input = schema.getType(`${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`);
  return isInputObjectType(input) && 'measureNo' in input.getFields();
}

type Outcome = 'allowed' | 'FORBIDDEN' | 'UNAUTHENTICATED' | 'OUTSIDE_YOUR_DIVISION';

function outcomeOf({ data, errors }: Answer, mutation: string): Outcome {
  const code = errors?.[0].extensions.code;
  if (code === 'FORBIDDEN' || code === 'UNAUTHENTICATED') return code;
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const outside = data[mutation].problems.find((problem: Answer) => problem.code === 'OUTSIDE_YOUR_DIVISION');
  if (!outside) return 'allowed';
  expect([data[mutation].receipt, outside.path]).toEqual([null, ['input', 'measureNo']]);
  return 'OUTSIDE_YOUR_DIVISION';
}

function promised(cell: string, place: Place): Outcome {
  if (cell === '') return 'FORBIDDEN';
  if (cell === '●') return 'allowed';
  const places = cell.split(', ').map((one) => one.split(' ')[1]);
  return places.includes(place) ? 'allowed' : 'OUTSIDE_YOUR_DIVISION';
}

describe('docs/permissions.md', () => {
  let daicho: Daicho;
  let named: Record<string, unknown>;
  const people: { role: string; place: Place; token: string }[] = [];
  beforeAll(async () => {
    daicho = await Daicho.withToride(NOW);
    await daicho.record('defineCollective', {
      planKey,
      division: '窓口各課',
      members: ['市民課', '国保年金課'],
      reason: '窓口のある課',
    });
    const { measureNo: entered } = await daicho.record(
      'enterInitiative',
      {
        ...{ planKey, title: '住民記録システムの改修', goal: '1', cause: 'LAW', reason: '法改正' },
        ...{ owners: ['窓口各課'], coordinators: ['情報管理課'] },
      },
      'measureNo',
    );
    expect(entered).toBe(INITIATIVE);
    const { id: personId } = await daicho.person({ role: 'READER' });
    named = { planKey, measureNo, personId, source: readFileSync(TORIDE_FILE, 'utf8') };
    for (const role of ROLES) {
      for (const place of PLACES) {
        if (place === 'none' && OF_A_DIVISION.includes(role)) continue;
        const division = DIVISIONS[place];
        if (division !== undefined && OF_NO_DIVISION.includes(role)) continue;
        const { token } = await daicho.person({
          role: role.toUpperCase(),
          ...(division !== undefined && { division }),
        });
        people.push({ role, place, token });
      }
    }
  });
  afterAll(() => daicho.stop());

  const head = (): Promise<string> => daicho.server.foundation.ledger.store.head();

  it('has a row for each mutation that the server has, and a column for each role', async () => {
    const { data } = await daicho.ask(
      '{ __schema { mutationType { fields { name } } } __type(name: "Role") { enumValues { name } } }',
    );
    const serving = data.__schema.mutationType.fields.map(({ name }: Answer) => name).sort();
    expect([...table.keys()].sort()).toEqual(serving);
    expect([...mutations].sort()).toEqual(serving);
    const roles = data.__type.enumValues.map(({ name }: Answer) => name.toLowerCase()).sort();
    expect([...ROLES].sort()).toEqual(roles);
  });

  it('promises nothing to a reporter or approver of no division: there is no such grant', async () => {
    for (const role of ['REPORTER', 'APPROVER']) {
      expect(await daicho.refused('grantRole', { personId: named['personId'], role, planKey })).toEqual([
        { code: 'DIVISION_REQUIRED', path: ['input', 'division'] },
      ]);
    }
  });

  const tried = mutations.flatMap((mutation) =>
    (isOfMeasure(mutation) ? [measureNo, INITIATIVE] : [measureNo]).map((of) => [mutation, of] as const),
  );

  it.each(tried)('is what the API does: %s %s', async (mutation, of) => {
    const cells = table.get(mutation);
    const input = inputOf(mutation, { ...named, measureNo: of });
    const found: Record<string, Outcome> = {};
    const expected: Record<string, Outcome> = {};
    const toTry = async (who: string, expectation: Outcome, ask: () => Promise<Answer>): Promise<void> => {
      const before = await head();
      const outcome = outcomeOf(await ask(), mutation);
      expected[who] = expectation;
      found[who] = outcome;
      if (outcome !== 'allowed') expect([who, await head()]).toEqual([who, before]);
    };
    for (const { role, place, token } of people) {
      await toTry(`${role} ${place}`, promised(cells?.get(role) ?? '', place), () =>
        daicho.mutateWith(token, mutation, input),
      );
    }
    const publicCell = cells?.get('public') === '●' ? 'allowed' : 'UNAUTHENTICATED';
    await toTry('public', publicCell, () => daicho.mutateWith(undefined, mutation, input));
    expect(found).toEqual(expected);
  });
});

describe('a right', () => {
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.withToride(NOW);
    const source = readFileSync(TORIDE_FILE, 'utf8').replace('key: toride-5', 'key: toride-6');
    await daicho.record('loadPlan', { source });
  });
  beforeEach(() => {
    daicho.itIsNow(NOW);
  });
  afterAll(() => daicho.stop());

  const reporter = { role: 'REPORTER', division: '国保年金課' };
  const report = { planKey, measureNo: '1-1-5', status: '継続' };
  const outcome = async (token: string, mutation: string, input: object): Promise<Outcome> => {
    const before = await daicho.server.foundation.ledger.store.head();
    const found = outcomeOf(await daicho.mutateWith(token, mutation, input), mutation);
    if (found !== 'allowed') expect(await daicho.server.foundation.ledger.store.head()).toBe(before);
    return found;
  };
  const reports = (token: string, input: object = {}): Promise<Outcome> =>
    outcome(token, 'changeMeasureStatus', { ...report, ...input });

  describe('of a role', () => {
    it('counts in its own plan only', async () => {
      const { token } = await daicho.person(reporter);
      expect(await reports(token)).toBe('allowed');
      expect(await reports(token, { planKey: 'toride-6' })).toBe('FORBIDDEN');
      expect(await reports(token, { planKey: 'nowhere' })).toBe('FORBIDDEN');
    });

    it('counts from its first day, to the end of its last', async () => {
      const { token } = await daicho.person({ ...reporter, from: '2026-12-01', to: '2027-03-31' });
      const found: Outcome[] = [];
      for (const instant of [
        '2026-11-30T23:59:59',
        '2026-12-01T00:00:00',
        '2027-03-31T23:59:59',
        '2027-04-01T00:00:00',
      ]) {
        daicho.itIsNow(`${instant}+09:00`);
        found.push(await reports(token));
      }
      expect(found).toEqual(['FORBIDDEN', 'allowed', 'allowed', 'FORBIDDEN']);
    });

    it('is of another division also where what it is about begins only later', async () => {
      const { measureNo: no } = await daicho.record(
        'enterInitiative',
        {
          ...{ planKey, title: '住民記録システムの改修', goal: '1', cause: 'LAW', reason: '法改正' },
          ...{ owners: ['市民課'], effectiveOn: '2027-04-01' },
        },
        'measureNo',
      );
      const approver = await daicho.person({ role: 'APPROVER', division: '国保年金課' });
      const ending = { planKey, measureNo: no, ending: 'STOPPED', reason: '不要', effectiveOn: '2027-04-01' };
      expect(await outcome(approver.token, 'endMeasure', ending)).toBe('OUTSIDE_YOUR_DIVISION');
      const may = `{ viewer { may(mutation: "endMeasure", planKey: "toride-5", measureNo: "${no}") } }`;
      expect((await daicho.askWith(approver.token, may)).data.viewer.may).toBe(false);
      const file = Buffer.from('件数,612\n');
      expect((await daicho.handIn(approver.token, { planKey, measureNo: no }, file, 'text/csv')).status).toBe(422);
      const owner = await daicho.person({ role: 'APPROVER', division: '市民課' });
      expect((await daicho.askWith(owner.token, may)).data.viewer.may).toBe(true);
      expect(await outcome(owner.token, 'endMeasure', ending)).toBe('allowed');
    });

    it('ends when it is revoked, and the viewer is told so', async () => {
      const { id, token } = await daicho.person(reporter);
      const viewer =
        '{ viewer { id grants { id role division } may(mutation: "changeMeasureStatus", planKey: "toride-5", measureNo: "1-1-5") } }';
      const { data } = await daicho.askWith(token, viewer);
      expect(data.viewer).toMatchObject({ id, grants: [{ role: 'REPORTER', division: '国保年金課' }], may: true });
      const revoke = { personId: id, grantId: data.viewer.grants[0].id, reason: '異動' };
      await daicho.record('revokeRole', revoke);
      expect(await reports(token)).toBe('FORBIDDEN');
      expect((await daicho.askWith(token, viewer)).data.viewer).toEqual({ id, grants: [], may: false });
    });

    it('is for a plan and a division that are there', async () => {
      const { id: personId } = await daicho.person({ role: 'READER' });
      const grant = (more: object): Promise<object> =>
        daicho.refused('grantRole', { personId, planKey, ...reporter, ...more });
      expect(await grant({ planKey: 'toride-55' })).toEqual([{ code: 'PLAN_NOT_FOUND', path: ['input', 'planKey'] }]);
      expect(await grant({ role: 'READER' })).toEqual([{ code: 'DIVISION_NOT_TAKEN', path: ['input', 'division'] }]);
      expect(await grant({ division: '国保年金科' })).toEqual([
        { code: 'DIVISION_NOT_FOUND', path: ['input', 'division'] },
      ]);
    });

    it('holds from the day on which it begins, not from another', async () => {
      const { id: personId } = await daicho.person({ role: 'READER' });
      const input = { personId, planKey, role: 'AUDITOR', effectiveOn: '2026-04-01' };
      expect(await daicho.refused('grantRole', input)).toEqual([
        { code: 'INVALID_INPUT', path: ['input', 'effectiveOn'] },
      ]);
    });

    it('is asked of mutations that there are, and of no other name that an object has', async () => {
      for (const name of ['Nonsense', 'constructor']) {
        const { errors } = await daicho.askAsAdmin(`{ viewer { may(mutation: "${name}", planKey: "toride-5") } }`);
        expect(errors[0].extensions.code).toBe('UNKNOWN_MUTATION');
      }
    });
  });

  describe('of a token', () => {
    const ledgerSize = '{ ledger { size } }';
    const refusedOf = async (token: string): Promise<unknown[]> => {
      const answers = [
        await daicho.askWith(token, ledgerSize),
        await daicho.mutateWith(token, 'changeMeasureStatus', report),
      ];
      return answers.map(({ data, errors }) => [data ?? null, errors?.[0].extensions.code]);
    };
    const NOTHING = [
      [null, 'UNAUTHENTICATED'],
      [null, 'UNAUTHENTICATED'],
    ];

    it('ends when it is revoked, for reading too', async () => {
      const { id: personId, token } = await daicho.person(reporter);
      expect(await reports(token)).toBe('allowed');
      const tokenId = token.split('.')[2];
      await daicho.record('revokeToken', { personId, tokenId, reason: '紛失' });
      expect(await refusedOf(token)).toEqual(NOTHING);
      const response = await fetch(`${daicho.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: ledgerSize }),
      });
      expect(response.status).toBe(401);
    });

    it('ends at its time, for reading too', async () => {
      const { id: personId } = await daicho.person(reporter);
      const expiresAt = '2026-12-01T00:00:00.000Z';
      const { token } = await daicho.record('issueToken', { personId, expiresAt }, 'token');
      daicho.itIsNow('2026-11-30T23:59:59.999Z');
      expect(await reports(token)).toBe('allowed');
      daicho.itIsNow(expiresAt);
      expect(await refusedOf(token)).toEqual(NOTHING);
    });

    it('to read may not write, whatever the roles of its person', async () => {
      const { id: personId } = await daicho.person({ role: 'ADMIN' });
      const { token } = await daicho.record('issueToken', { personId, scope: 'READ' }, 'token');
      expect((await daicho.askWith(token, '{ viewer { id permissions } }')).data.viewer).toEqual({
        id: personId,
        permissions: ['read'],
      });
      for (const [mutation, input] of [
        ['changeMeasureStatus', report],
        ['issueToken', { personId, scope: 'WRITE' }],
        ['grantRole', { personId, role: 'ADMIN', planKey }],
      ] as const) {
        expect(await outcome(token, mutation, input)).toBe('FORBIDDEN');
      }
    });
  });

  describe('of who administers one plan', () => {
    let admin: { readonly id: string; readonly token: string };
    beforeAll(async () => {
      admin = await daicho.person({ role: 'ADMIN' });
    });
    const asks = (mutation: string, input: object): Promise<Outcome> => outcome(admin.token, mutation, input);
    const there = { planKey: 'toride-6', role: 'READER' };

    it('reaches people of his plan', async () => {
      const { data } = await daicho.mutateWith(admin.token, 'registerPerson', {}, 'person { id }');
      const { id: personId } = data.registerPerson.person;
      expect(await asks('grantRole', { personId, planKey, ...reporter })).toBe('allowed');
      expect(await asks('issueToken', { personId })).toBe('allowed');
      expect(await asks('issueSignInLink', { personId })).toBe('allowed');
    });

    it('gives neither himself nor another a right on another plan', async () => {
      const ours = await daicho.person(reporter);
      for (const personId of [admin.id, ours.id])
        expect(await asks('grantRole', { personId, ...there })).toBe('FORBIDDEN');
    });

    it('reaches nobody who has to do with another plan, or had', async () => {
      for (const roles of [[there], [there, reporter]]) {
        const { id: personId, token } = await daicho.person(...roles);
        const grantId = (await daicho.askWith(token, '{ viewer { grants { id } } }')).data.viewer.grants[0].id;
        const reach: [string, object][] = [
          ['registerPerson', { personId }],
          ['grantRole', { personId, role: 'READER', planKey }],
          ['revokeRole', { personId, grantId, reason: '-' }],
          ['issueToken', { personId }],
          ['issueSignInLink', { personId }],
          ['revokeToken', { personId, tokenId: token.split('.')[2], reason: '-' }],
        ];
        for (const [mutation, input] of reach)
          expect([mutation, await asks(mutation, input)]).toEqual([mutation, 'FORBIDDEN']);
        await daicho.record('revokeRole', { personId, grantId, reason: '異動' });
        for (const [mutation, input] of reach)
          expect([mutation, await asks(mutation, input)]).toEqual([mutation, 'FORBIDDEN']);
        const person = `{ person(id: "${personId}") { id } }`;
        expect((await daicho.askWith(admin.token, person)).data.person).toBeNull();
      }
    });

    it('keeps no way in by somebody who is given a right elsewhere later', async () => {
      const { data } = await daicho.mutateWith(admin.token, 'registerPerson', {}, 'person { id }');
      const { id: personId } = data.registerPerson.person;
      expect(await asks('issueToken', { personId })).toBe('FORBIDDEN');
      expect(await asks('issueSignInLink', { personId })).toBe('FORBIDDEN');

      const granted = await daicho.mutateWith(
        admin.token,
        'grantRole',
        { personId, role: 'READER', planKey },
        'person { grants { id } }',
      );
      const [{ id: grantId }] = granted.data.grantRole.person.grants;
      expect(await asks('issueToken', { personId })).toBe('allowed');
      expect(await asks('revokeRole', { personId, grantId, reason: '-' })).toBe('allowed');
      const other = await daicho.person({ role: 'ADMIN', planKey: 'toride-6' });
      expect(await outcome(other.token, 'grantRole', { personId, ...there })).toBe('FORBIDDEN');
    });

    it('reads what was recorded of people, with the reasons, as far as it is of his plan', async () => {
      const { id } = await daicho.person(reporter, { ...there, reason: '兼務' });
      const TRAIL =
        'auditTrail(first: 100) { totalCount nodes { type summary reason actor { label } changes { attribute after } } }';
      const peopleOf = async (token: string | undefined, of = planKey): Promise<Answer[]> =>
        (await daicho.askWith(token, `{ people(planKey: "${of}") { id ${TRAIL} } }`)).data.people;
      const trailIn = (people: Answer[]): Answer => people.find((person) => person.id === id)?.auditTrail;
      const { nodes, totalCount } = trailIn(await peopleOf(admin.token));
      expect(nodes.map(({ summary }: Answer) => summary)).toEqual([
        `${id} を登録`,
        `${id} に toride-5 の「国保年金課」の報告担当の権限を付与`,
        expect.stringContaining(`${id} にトークン`),
      ]);
      expect(totalCount).toBe(3);
      expect(JSON.stringify(nodes)).not.toContain('toride-6');
      for (const token of [
        undefined,
        (await daicho.person(reporter)).token,
        (await daicho.person({ role: 'READER' })).token,
      ])
        expect(await peopleOf(token)).toEqual([]);
      const coordinator = await daicho.person({ role: 'COORDINATOR' });
      expect(trailIn(await peopleOf(coordinator.token)).nodes).toHaveLength(3);
      const whole = await daicho.askAsAdmin(`{ person(id: "${id}") { ${TRAIL} } }`);
      expect(whole.data.person.auditTrail.nodes[2]).toMatchObject({
        summary: `${id} に toride-6 の閲覧者の権限を付与`,
        reason: '兼務',
      });
      expect(JSON.stringify(whole.data)).not.toMatch(/hash|[0-9a-f]{64}/);
    });

    it('sees who is registered and has no role yet, until another plan gives one', async () => {
      const { data } = await daicho.askWith(
        admin.token,
        'mutation { registerPerson(input: { name: "新任" }) { person { id } } }',
      );
      const { id: personId } = data.registerPerson.person;
      const seesBy = async (token: string): Promise<boolean> => {
        const { people } = (await daicho.askWith(token, `{ people(planKey: "${planKey}") { id } }`)).data;
        return people.some(({ id }: Answer) => id === personId);
      };
      const coordinator = await daicho.person({ role: 'COORDINATOR' });
      expect([await seesBy(admin.token), await seesBy(coordinator.token)]).toEqual([true, false]);
      const other = await daicho.person({ role: 'ADMIN', planKey: 'toride-6' });
      await daicho.mutateWith(
        other.token,
        'grantRole',
        { personId, role: 'READER', planKey: 'toride-6' },
        'receipt { position }',
      );
      expect(await seesBy(admin.token)).toBe(false);
    });

    it('learns of other plans nothing by the people of his', async () => {
      const { id } = await daicho.person(reporter, there);
      const { data } = await daicho.askWith(admin.token, `{ people(planKey: "${planKey}") { id grants { planKey } } }`);
      expect(data.people.find((person: Answer) => person.id === id)).toEqual({ id, grants: [{ planKey }] });
      expect((await daicho.askWith(admin.token, '{ people(planKey: "toride-6") { id } }')).data.people).toEqual([]);
    });
  });
});
