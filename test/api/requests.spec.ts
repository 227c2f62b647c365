import { readFileSync } from 'node:fs';
import { QUERY_LIMITS } from '../../src/api/limits.js';
import { Daicho, TORIDE_FILE, type Answer } from '../support/daicho.js';

const status = { planKey: 'toride-5', measureNo: '1-1-5', status: '継続' };
const changeStatus = `mutation ($input: ChangeMeasureStatusInput!) {
  changeMeasureStatus(input: $input) { receipt { position revision eventIds } problems { code path ... on ConflictProblem { currentRevision } } measure { revision } }
}`;

describe('requests', () => {
  let daicho: Daicho;
  beforeAll(async () => {
    daicho = await Daicho.withToride('2026-11-23T09:00:00+09:00');
  });
  afterAll(() => daicho.stop());

  const size = async (): Promise<number> => (await daicho.ask('{ ledger { size } }')).data.ledger.size;
  const codeOf = ({ errors }: Answer): string => errors[0].extensions.code;

  describe('rights', () => {
    it('lets the public read and says who it is', async () => {
      const { data } = await daicho.ask('{ viewer { id isAuthenticated permissions } plan(key: "toride-5") { key } }');
      expect(data).toEqual({
        viewer: { id: 'anonymous', isAuthenticated: false, permissions: ['read'] },
        plan: { key: 'toride-5' },
      });
      const admin = await daicho.askAsAdmin('{ viewer { isAuthenticated permissions } }');
      expect(admin.data.viewer).toEqual({ isAuthenticated: true, permissions: ['read', 'write'] });
    });

    it('refuses every mutation without a token and writes nothing', async () => {
      const before = await size();
      const { data } = await daicho.ask(
        `{ __schema { mutationType { fields { name args { type { ofType { name } } } } }
          types { name inputFields { name type { kind ofType { name kind enumValues { name } } } } } } }`,
      );
      const inputs = new Map<string, Answer>(data.__schema.types.map((type: Answer) => [type.name, type.inputFields]));
      const inputOf = (type: string): object => {
        const required = inputs.get(type).filter(({ type }: Answer) => type.kind === 'NON_NULL');
        return Object.fromEntries(required.map(({ name: field, type }: Answer) => [field, valueOf(type)]));
      };
      const values: Record<string, unknown> = {
        ...{ String: 'x', ID: 'x', FiscalYear: 2025, Boolean: false, Decimal: '1' },
        ...{ Period: '2025', Date: '2027-06-30', Int: 1 },
      };
      const valueOf = ({ kind, name, ofType, enumValues }: Answer): unknown =>
        kind === 'NON_NULL'
          ? valueOf(ofType)
          : kind === 'LIST'
            ? []
            : kind === 'INPUT_OBJECT'
              ? inputOf(name)
              : (enumValues?.[0].name ?? values[name]);
      const { fields } = data.__schema.mutationType;
      expect(fields.length).toBeGreaterThanOrEqual(10);
      for (const { name, args } of fields) {
        if (name === 'signIn') continue;
        const input = args[0].type.ofType;
        const variables = { input: inputOf(input.name) };
        const answer = await daicho.ask(
          `mutation ($input: ${input.name}!) { ${name}(input: $input) { receipt { position } } }`,
          variables,
        );
        expect([name, codeOf(answer)]).toEqual([name, 'UNAUTHENTICATED']);
      }
      expect(await size()).toBe(before);
    });

    it.each(['Bearer wrong', 'Basic YWRtaW46YWRtaW4=', 'Bearer'])(
      'refuses the whole request of a wrong token: %s',
      async (authorization) => {
        const response = await fetch(`${daicho.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization },
          body: JSON.stringify({ query: '{ ledger { size } }' }),
        });
        expect(response.status).toBe(401);
        expect(codeOf(await response.json())).toBe('UNAUTHENTICATED');
      },
    );
  });

  describe('repetition and concurrency', () => {
    it('answers the same clientMutationId and input with the first receipt, for ever', async () => {
      const input = { ...status, clientMutationId: 'form-1' };
      const first = await daicho.askAsAdmin(changeStatus, { input });
      await daicho.record('changeMeasureStatus', { ...status, status: '調整' });
      const before = await size();
      const again = await daicho.askAsAdmin(changeStatus, { input });
      expect(again.data.changeMeasureStatus.receipt).toEqual(first.data.changeMeasureStatus.receipt);
      expect(again.data.changeMeasureStatus.problems).toEqual([]);
      expect(await size()).toBe(before);
    });

    it('refuses a used clientMutationId with another input, of the same measure or of another', async () => {
      for (const input of [
        { ...status, status: '停滞' },
        { ...status, measureNo: '1-1-6' },
      ]) {
        expect(await daicho.refused('changeMeasureStatus', { ...input, clientMutationId: 'form-1' })).toEqual([
          { code: 'IDEMPOTENCY_MISMATCH', path: ['input', 'clientMutationId'] },
        ]);
      }
    });

    it('refuses a stale expectedRevision with the current one, and takes a fresh one', async () => {
      const { data } = await daicho.ask('{ plan(key: "toride-5") { measure(no: "1-1-5") { revision } } }');
      const { revision } = data.plan.measure;
      const stale = await daicho.askAsAdmin(changeStatus, { input: { ...status, expectedRevision: revision - 1 } });
      expect(stale.data.changeMeasureStatus).toEqual({
        receipt: null,
        problems: [{ code: 'CONFLICT', path: ['input', 'expectedRevision'], currentRevision: revision }],
        measure: null,
      });
      const fresh = await daicho.askAsAdmin(changeStatus, { input: { ...status, expectedRevision: revision } });
      expect(fresh.data.changeMeasureStatus.measure.revision).toBe(revision + 1);
    });

    it('records every one of many commands that arrive at once, and each caller reads its own write', async () => {
      const before = await size();
      const many = Array.from({ length: 40 }, (_, i) => ({
        ...status,
        measureNo: '2-2-7',
        reason: `同時 ${String(i)}`,
      }));
      const payloads = await Promise.all(
        many.map((input) => daicho.record('changeMeasureStatus', input, 'measure { revision }')),
      );
      expect(await size()).toBe(before + 40);
      for (const { receipt, measure } of payloads) expect(measure.revision).toBeGreaterThanOrEqual(receipt.revision);
      expect(new Set(payloads.map(({ receipt }) => receipt.revision)).size).toBe(40);
    });

    it('accepts only one of many that expect the same revision', async () => {
      const { data } = await daicho.ask('{ plan(key: "toride-5") { measure(no: "4-2-1") { revision } } }');
      const input = { ...status, measureNo: '4-2-1', expectedRevision: data.plan.measure.revision };
      const answers = await Promise.all(Array.from({ length: 10 }, () => daicho.mutate('changeMeasureStatus', input)));
      const receipts = answers.map((answer) => answer.data.changeMeasureStatus.receipt);
      expect(receipts.filter((receipt) => receipt !== null)).toHaveLength(1);
    });
  });

  describe('bad input', () => {
    it.each([
      [{ ...status, status: '順調' }, 'UNKNOWN_STATUS', 'status'],
      [{ ...status, measureNo: '' }, 'INVALID_INPUT', 'measureNo'],
      [{ ...status, reason: 'あ'.repeat(2001) }, 'INVALID_INPUT', 'reason'],
      [{ ...status, clientMutationId: '' }, 'INVALID_INPUT', 'clientMutationId'],
      [{ ...status, clientMutationId: ' ' }, 'INVALID_INPUT', 'clientMutationId'],
      [{ ...status, clientMutationId: 'a\ud800' }, 'INVALID_INPUT', 'clientMutationId'],
      [{ ...status, reason: 'a\u0000b' }, 'INVALID_INPUT', 'reason'],
      [{ ...status, reason: 'half of a character: \udbff' }, 'INVALID_INPUT', 'reason'],
      [{ ...status, planKey: '\ud800' }, 'INVALID_INPUT', 'planKey'],
      [{ ...status, effectiveOn: '2026-11-24' }, 'EFFECTIVE_IN_FUTURE', 'effectiveOn'],
      [{ ...status, effectiveOn: '2023-03-31' }, 'EFFECTIVE_BEFORE_PLAN', 'effectiveOn'],
    ])('names the code and the field: %j', async (input, code, field) => {
      const before = await size();
      expect(await daicho.refused('changeMeasureStatus', input)).toEqual([{ code, path: ['input', field] }]);
      expect(await size()).toBe(before);
    });

    it.each([
      ['plan(key: "toride-5", asOf: { effectiveOn: "2025-02-29" }) { key }', 'INVALID_DATE'],
      ['plan(key: "toride-5", asOf: { recordedAt: "yesterday" }) { key }', 'INVALID_DATE_TIME'],
      ['plan(key: "toride-5", asOf: { position: "7" }) { key }', 'INVALID_POSITION'],
      ['plan(key: "toride-5", asOf: { position: "99999999999999999999" }) { key }', 'POSITION_BEYOND_HEAD'],
      [
        'plan(key: "toride-5", asOf: { position: "00000000000000000001", recordedAt: "2026-11-23T00:00:00Z" }) { key }',
        'AS_OF_AMBIGUOUS',
      ],
      ['plan(key: "toride-5") { measures(first: 101) { totalCount } }', 'BAD_PAGE'],
      ['plan(key: "toride-5") { measures(first: 1, last: 1) { totalCount } }', 'BAD_PAGE'],
      ['plan(key: "toride-5") { auditTrail(after: "!!") { totalCount } }', 'BAD_PAGE'],
      ['plan(key: "toride-5") { auditTrail(filter: { types: ["Nonsense"] }) { totalCount } }', 'UNKNOWN_EVENT_TYPE'],
      ['plan(key: "toride-5") { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ])('answers %s with a closed code', async (selection, code) => {
      expect(codeOf(await daicho.ask(`{ ${selection} }`))).toBe(code);
    });

    it('says of a position that it may be one of the ledger in another place', async () => {
      const { errors } = await daicho.ask(
        '{ plan(key: "toride-5", asOf: { position: "99999999999999999999" }) { key } }',
      );
      expect(errors[0].message).toMatch(/別の置き場所.* \/ .*another place/);
    });

    it('answers what it can while the views stand still, and says what they lack', async () => {
      const { projector, ledger } = daicho.server.foundation;
      await projector.stop();
      try {
        await daicho.record('changeMeasureStatus', status);
        const { data, errors } = await daicho.ask('{ ledger { size } plan(key: "toride-5") { key } }');
        expect(data).toEqual({ ledger: null, plan: { key: 'toride-5' } });
        expect(errors[0].extensions.code).toBe('NOT_VISIBLE_YET');
        expect(errors[0].message).toMatch(
          /^ビューはまだ位置 \d{20} に.* \/ the views have not reached position \d{20}/,
        );
      } finally {
        projector.start();
        await projector.waitFor(await ledger.store.head(), 5_000);
      }
    });

    it('names the field when a variable is not what its scalar is, and says nothing of its inside', async () => {
      const query = 'query ($asOf: AsOf) { plan(key: "toride-5", asOf: $asOf) { key } }';
      const { errors } = await daicho.ask(query, { asOf: { effectiveOn: '2025-02-29' } });
      expect(errors[0].extensions).toMatchObject({ code: 'INVALID_DATE', path: ['asOf', 'effectiveOn'] });
      const missing = await daicho.askAsAdmin(changeStatus, { input: { planKey: 'toride-5', status: null } });
      expect(missing.errors.map(({ extensions }: Answer) => [extensions.code, extensions.path])).toEqual(
        expect.arrayContaining([
          ['INVALID_VARIABLE', ['input', 'measureNo']],
          ['INVALID_VARIABLE', ['input', 'status']],
        ]),
      );
    });

    it('refuses queries that are too deep, too costly, too long, or have too many aliases', async () => {
      const deep = 'goals { policies { measures { goal { '.repeat(4);
      const closing = '} } } } '.repeat(4);
      const many = Array.from({ length: QUERY_LIMITS.aliases + 1 }, (_, i) => `a${String(i)}: ledger { size }`).join(
        ' ',
      );
      expect(codeOf(await daicho.ask(`{ plan(key: "toride-5") { ${deep} no ${closing} } }`))).toBe('QUERY_TOO_DEEP');
      expect(codeOf(await daicho.ask(`{ ${many} }`))).toBe('TOO_MANY_ALIASES');
      expect(codeOf(await daicho.ask(`{ ledger { size } ${'#'.repeat(QUERY_LIMITS.characters)} }`))).toBe(
        'QUERY_TOO_LARGE',
      );
    });

    it('refuses a body beyond the limit', async () => {
      const body = JSON.stringify({ query: '{ ledger { size } }', variables: { pad: 'x'.repeat(3 * 1024 * 1024) } });
      const response = await fetch(`${daicho.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(413);
      expect(codeOf(await response.json())).toBe('BODY_TOO_LARGE');
    });

    it.each([
      ['{ "query": ', 400, 'BAD_REQUEST'],
      ['', 400, 'BAD_REQUEST'],
    ])('tells what is wrong with a body that is no JSON: %j', async (body, status, code) => {
      const response = await fetch(`${daicho.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect([response.status, codeOf(await response.json())]).toEqual([status, code]);
    });

    it('refuses a shift by nobody, and a plan in a time zone or with a title that cannot be', async () => {
      const shift = {
        planKey: 'toride-5',
        measureNo: '1-2-1',
        phase: '構築',
        from: 2024,
        to: 2025,
        reason: '仕様の調整',
      };
      expect(await daicho.refused('shiftSchedule', { ...shift, decidedBy: '' })).toEqual([
        { code: 'INVALID_INPUT', path: ['input', 'decidedBy'] },
      ]);
      const before = await size();
      const source = readFileSync(TORIDE_FILE, 'utf8');
      for (const wrong of [
        source.replace('format: daicho-plan/1', 'format: daicho-plan/1\ntimeZone: Mars/Base'),
        source.replace('オンライン申請の拡充', '"a\\ud800b"'),
        source.replace('オンライン申請の拡充', '"a\\0b"'),
      ]) {
        expect(wrong).not.toBe(source);
        expect(await daicho.refused('loadPlan', { source: wrong })).toEqual([
          { code: 'PLAN_FILE_INVALID', path: ['input', 'source'] },
        ]);
      }
      expect(await size()).toBe(before);
    });

    it('lets pages of other origins ask, without what a browser would send of itself', async () => {
      const response = await fetch(`${daicho.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://dashboard.example' },
        body: JSON.stringify({ query: '{ ledger { size } }' }),
      });
      expect(response.headers.get('access-control-allow-origin')).toBe('https://dashboard.example');
      expect(response.headers.get('access-control-allow-credentials')).not.toBe('true');
    });
  });

  describe('reading', () => {
    it('finds again by id what it has shown', async () => {
      const { data } = await daicho.ask('{ plan(key: "toride-5") { id measure(no: "1-2-1") { id } kpis { id key } } }');
      const ids = [data.plan.id, data.plan.measure.id, data.plan.kpis[0].id];
      const nodes = await Promise.all(
        ids.map(
          async (id) => (await daicho.ask('query ($id: ID!) { node(id: $id) { id __typename } }', { id })).data.node,
        ),
      );
      expect(nodes).toEqual([
        { id: ids[0], __typename: 'Plan' },
        { id: ids[1], __typename: 'Measure' },
        { id: ids[2], __typename: 'Kpi' },
      ]);
      for (const id of ['', 'x', Buffer.from('["Measure","toride-5","9-9-9"]').toString('base64url')]) {
        expect((await daicho.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).data.node).toBeNull();
      }
    });

    it('pages measures forwards and backwards, and filters them', async () => {
      const numbers: string[] = [];
      for (let after: string | null = null; ;) {
        const { data }: Answer = await daicho.ask(
          'query ($after: String) { plan(key: "toride-5") { measures(first: 20, after: $after) { nodes { no } pageInfo { hasNextPage endCursor } } } }',
          { after },
        );
        const { nodes, pageInfo } = data.plan.measures;
        numbers.push(...nodes.map(({ no }: { no: string }) => no));
        after = pageInfo.endCursor;
        if (!pageInfo.hasNextPage) break;
      }
      expect(numbers).toHaveLength(46);
      expect(new Set(numbers).size).toBe(46);
      const { data } = await daicho.ask(`{ plan(key: "toride-5") {
        last: measures(last: 2) { nodes { no } pageInfo { hasPreviousPage hasNextPage } }
        new: measures(filter: { isNew: true }) { totalCount }
        goal: measures(filter: { goal: "4" }) { nodes { no } }
        hers: measures(filter: { division: "国保年金課" }) { nodes { no } }
      } }`);
      expect(data.plan.last).toEqual({
        nodes: numbers.slice(-2).map((no) => ({ no })),
        pageInfo: { hasPreviousPage: true, hasNextPage: false },
      });
      expect(data.plan.new.totalCount).toBe(22);
      expect(data.plan.goal.nodes.every(({ no }: { no: string }) => no.startsWith('4-'))).toBe(true);
      expect(data.plan.hers.nodes).toEqual([{ no: '1-1-5' }, { no: '1-1-6' }]);
    });

    it('runs the operation that is named, in a document of several', async () => {
      const document = 'query Size { ledger { size } } query Head { ledger { position } }';
      const ask = async (operationName: string): Promise<Answer> => {
        const response = await fetch(`${daicho.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: document, operationName }),
        });
        return response.json();
      };
      expect(Object.keys((await ask('Size')).data.ledger)).toEqual(['size']);
      expect(Object.keys((await ask('Head')).data.ledger)).toEqual(['position']);
    });

    it('reads what many fields ask for in one query each, not one by one', async () => {
      const { trail } = daicho.server.foundation.projector.views;
      const counts = { entries: 0, revisions: 0 };
      const { entries, revisions } = trail;
      trail.entries = (...question) => {
        counts.entries++;
        return entries(...question);
      };
      trail.revisions = (...question) => {
        counts.revisions++;
        return revisions(...question);
      };
      const { data } = await daicho.ask(`{ plan(key: "toride-5") {
        measures(first: 100) { nodes { revision status { event { id } } } }
      } }`);
      expect(data.plan.measures.nodes).toHaveLength(46);
      expect(counts).toEqual({ entries: 1, revisions: 1 });
      Object.assign(trail, { entries, revisions });
    });

    it('is healthy, measured against the real head', async () => {
      const response = await fetch(`${daicho.url}/health/ready`);
      const health = (await response.json()) as { status: string; position: string; head: string };
      expect([response.status, health.status]).toEqual([200, 'ok']);
      expect(health.position).toBe(health.head);
      expect(health.head).toBe(await daicho.server.foundation.ledger.store.head());
      expect(await (await fetch(`${daicho.url}/health/live`)).json()).toEqual({ status: 'ok' });
    });

    it('serves GraphiQL from its own files', async () => {
      const page = await (await fetch(`${daicho.url}/graphql`, { headers: { accept: 'text/html' } })).text();
      expect(page).not.toMatch(/https?:\/\//);
      const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '');
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) expect((await fetch(daicho.url + file)).status).toBe(200);
    });
  });

  const subscribe = async (planKey: string) => {
    const abort = new AbortController();
    const response = await fetch(`${daicho.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        query: 'subscription ($planKey: String) { ledgerAppended(planKey: $planKey) { position type subject } }',
        variables: { planKey },
      }),
      signal: abort.signal,
    });
    if (!response.body) throw new Error('no stream');
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let received = '';
    const until = async (text: string): Promise<string> => {
      while (!received.includes(text)) {
        const { done, value } = await reader.read();
        if (done) break;
        received += value;
      }
      return received;
    };
    await until(':');
    return {
      until,
      received: () => received,
      stop: () => {
        abort.abort();
      },
    };
  };

  it('tells subscribers over SSE that the ledger has grown, when it can be seen, and of their plan only', async () => {
    const [ours, others] = [await subscribe('toride-5'), await subscribe('another')];
    const { receipt } = await daicho.record('changeMeasureStatus', status);
    const told = await ours.until('"ledgerAppended"');
    expect(told).toContain(
      JSON.stringify({ position: receipt.position, type: 'MeasureStatusChanged', subject: 'measure/1-1-5' }),
    );
    expect(others.received()).not.toContain('ledgerAppended');
    ours.stop();
    others.stop();
  });

  it('never tells a caller who gave no revision of a conflict, however many come at once', async () => {
    const input = { ...status, measureNo: '2-2-6' };
    const answers = await Promise.all(Array.from({ length: 200 }, () => daicho.mutate('changeMeasureStatus', input)));
    expect(answers.flatMap((answer) => answer.data.changeMeasureStatus.problems)).toEqual([]);
  });
});
