import { refused } from '../api/http-problem.js';
import type { OwnApi } from '../api/own-api.js';
import type { Table, Value } from './tables.js';

interface Answer {
  readonly plan:
    | (object & {
        readonly title: string;
        readonly municipality: string;
        readonly municipalityCode: string;
        readonly asOf: { readonly effectiveOn: string; readonly position: string };
      })
    | null;
}

/** In every row, so that one that is copied elsewhere still says whose it is, and of when. */
export const ORIGIN: Table['columns'] = {
  municipalityCode: { title: '地方公共団体コード' },
  municipality: { title: '団体名', isText: true },
  plan: { title: '計画', isText: true },
  asOf: { title: '基準日', type: 'day' },
  ledgerPosition: { title: '記録の位置' },
};

/** All rows of a table, of one record however many pages it is asked in. @throws HttpException PLAN_NOT_FOUND */
export async function rowsOf(
  api: OwnApi,
  key: string,
  asOf: object,
  { fields, read }: Table,
): Promise<Readonly<Record<string, Value>>[]> {
  const after = fields.includes('$after') ? ', $after: String' : '';
  const query = `query ($plan: String!, $asOf: AsOf${after}) { plan(key: $plan, asOf: $asOf) { title municipality municipalityCode asOf { effectiveOn position } ${fields} } }`;
  const rows: Readonly<Record<string, Value>>[] = [];
  // Later pages are asked of the same record as the first.
  let moment = asOf;
  for (let next: string | undefined = undefined, isFirst = true; isFirst || next !== undefined; isFirst = false) {
    const { plan } = (await api.ask(query, {
      plan: key,
      asOf: moment,
      ...(next !== undefined && { after: next }),
    })) as Answer;
    if (!plan) throw refused('PLAN_NOT_FOUND', 'plan', key);
    const { title, municipality, municipalityCode } = plan;
    const { effectiveOn, position } = plan.asOf;
    moment = { effectiveOn, position };
    const page = read(plan as never);
    const origin = { municipalityCode, municipality, plan: title, asOf: effectiveOn, ledgerPosition: position };
    rows.push(...page.rows.map((row) => ({ ...origin, ...row })));
    next = page.next;
  }
  return rows;
}
