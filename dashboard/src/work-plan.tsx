import { useContext, useState } from 'react';
import { DeskContext } from './act.js';
import type { Around } from './around.js';
import { Desk } from './desk.js';
import { graphql, type ResultOf } from './graphql.js';
import { authorization, record, type Problem, type Recorded } from './session.js';
import { XLSX } from './sheet-desk.js';
import { inLanguage, say, type Language } from './words.js';

const PLAN_DESK = graphql(`
  query PlanDesk($plan: String!) {
    plan(key: $plan) {
      goals {
        no
        policies {
          no
        }
      }
      summary {
        measures
        new
      }
      kpis {
        indicator
      }
      warnings {
        code
        subject
        printed
        read
        why
      }
    }
  }
`);

type Plan = NonNullable<ResultOf<typeof PLAN_DESK>['plan']>;

interface Difference {
  readonly subject: string;
  readonly attribute: string;
  readonly before: string | null;
  readonly after: string | null;
}

const PAYLOAD = 'receipt { position } differences { subject attribute before after }';

/** A plan file: what it would change is shown, then it is loaded. */
export function WorkPlan({ around }: { readonly around: Around }) {
  const { language } = around.place;
  const t = say(language);
  return (
    <Desk
      around={around}
      title="workPlan"
      query={PLAN_DESK}
      mutations={['loadPlan']}
      sentence={({ plan }) => plan && counted(plan, language)}
    >
      {({ plan }, read) => (
        <>
          <p>{t('loadPlanHint')}</p>
          <p>
            <a href={`/sheets/plan.xlsx?years=${nextPeriod(around.plan.period)}`}>{t('planTemplate')}</a>
          </p>
          <Load onLoaded={read} />
          <h2>{t('sourceWarnings')}</h2>
          <dl>
            {plan?.warnings.map(({ code, subject, printed, read: as, why }) => (
              <div key={`${code} ${subject} ${as}`}>
                <dt>
                  {subject}：{printed.map((text) => `「${text}」`).join(' ')}
                </dt>
                <dd>
                  → {as}　{why}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Desk>
  );
}

/** The years after a plan, as many as it has: `2028-2032`. */
const nextPeriod = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  `${String(to + 1)}-${String(to + 1 + to - from)}`;

function counted({ goals, summary, kpis }: Plan, language: Language): string {
  const policies = goals.flatMap((goal) => goal.policies).length;
  const indicators = new Set(kpis.map(({ indicator }) => indicator)).size;
  return language === 'ja'
    ? `台帳の計画は、基本目標 ${String(goals.length)}、施策 ${String(policies)}、個別施策 ${String(summary.measures)}（うち新規 ${String(summary.new)}）、指標 ${String(indicators)}（数列 ${String(kpis.length)}）です。`
    : `The plan in the ledger has ${String(goals.length)} goals, ${String(policies)} policies, ${String(summary.measures)} measures (${String(summary.new)} new), ${String(indicators)} KPIs (${String(kpis.length)} series).`;
}

/** A workbook as the plan file that it comes to; nothing is recorded. @throws AskError */
async function readSheet(
  file: File,
): Promise<{ readonly source: string | null; readonly problems: readonly Problem[] }> {
  const sent = await fetch('/sheets/plan.xlsx', {
    method: 'POST',
    headers: { 'content-type': XLSX, ...authorization() },
    body: file,
  });
  const { source = null, problems } = (await sent.json()) as {
    readonly source?: string | null;
    readonly problems: readonly Problem[];
  };
  return { source, problems };
}

function Load({ onLoaded }: { readonly onLoaded: () => void }) {
  const { language, may } = useContext(DeskContext);
  const t = say(language);
  const [file, setFile] = useState<File | undefined>();
  const [reason, setReason] = useState('');
  const [told, setTold] = useState<Recorded | undefined>();
  /** What it would change, as the dry run said. */
  const [differences, setDifferences] = useState<readonly Difference[]>([]);
  const [fault, setFault] = useState<string | undefined>();

  const send = async (chosen: File, dryRun: boolean): Promise<void> => {
    setFault(undefined);
    try {
      const isSheet = chosen.name.endsWith('.xlsx');
      const read = isSheet ? await readSheet(chosen) : { source: await chosen.text(), problems: [] };
      if (read.source === null) {
        setTold({ problems: read.problems, receipt: null });
        setDifferences([]);
        return;
      }
      const format = isSheet || chosen.name.endsWith('.json') ? 'JSON' : 'YAML';
      const input = { source: read.source, format, ...(reason !== '' && { reason }) };
      const recorded = await record('loadPlan', { ...input, ...(dryRun && { dryRun }) }, PAYLOAD);
      setTold(recorded);
      if (dryRun) setDifferences(recorded['differences'] as readonly Difference[]);
      if (recorded['receipt'] !== null) onLoaded();
    } catch (error) {
      setTold(undefined);
      setFault(inLanguage((error as Error).message, language) || t('notSent'));
    }
  };
  const isLoaded = told !== undefined && told['receipt'] !== null && told.problems.length === 0;
  if (!may.has('loadPlan')) return null;
  return (
    <div className="check">
      <label>
        {t('planFile')}
        <input
          type="file"
          accept=".yaml,.yml,.json,.xlsx"
          onClick={({ currentTarget }) => {
            // The same file, saved again, is another choice.
            currentTarget.value = '';
          }}
          onChange={({ target }) => {
            const chosen = target.files?.[0];
            setFile(chosen);
            setTold(undefined);
            if (chosen) void send(chosen, true);
          }}
        />
      </label>
      <div role="status">
        {fault !== undefined && <p className="finding unsound">✕ {fault}</p>}
        {told && (
          <div className={told.problems.length > 0 ? 'finding unsound' : 'finding sound'}>
            <p>
              <strong>
                {told.problems.length > 0
                  ? `✕ ${t('sheetWrong')}`
                  : `◎ ${isLoaded ? t('sheetRecorded') : differences.length === 0 ? t('noDifferences') : t('sheetRight')}`}
              </strong>
            </p>
            <ul>
              {told.problems.map(({ message, path }) => (
                <li key={`${path.join(' ')} ${message}`}>
                  <b>{path.filter((part) => part !== 'input').join(' ')}</b> {message}
                </li>
              ))}
              {differences.map(({ subject, attribute, before, after }) => (
                <li key={`${subject} ${attribute}`}>
                  {subject} {attribute}：<del>{before ?? '—'}</del> → <ins>{after ?? '—'}</ins>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      {file && told && !isLoaded && differences.length > 0 && (
        <>
          <label>
            {t('reason')}
            <textarea
              rows={2}
              value={reason}
              onChange={({ target }) => {
                setReason(target.value);
              }}
            />
          </label>
          <button
            type="button"
            onClick={() => {
              void send(file, false);
            }}
          >
            {t('recordSheet')}
          </button>
        </>
      )}
    </div>
  );
}
