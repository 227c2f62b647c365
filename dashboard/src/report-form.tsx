import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Acts, DeskContext, plainFigure, type Act, type Field } from './act.js';
import type { Around } from './around.js';
import { dayText, yearShort, yearText } from './dates.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { isPeriod, periodText } from './period.js';
import { href } from './place.js';
import { ask, authorization, drafts, session, type Mutation } from './session.js';
import { StatusBadge } from './status.js';
import { inLanguage, say, type Word } from './words.js';

const REPORT = graphql(`
  query ReportForm($plan: String!, $no: String!, $period: ReportPeriod!, $year: FiscalYear!, $division: String!) {
    viewer {
      isAuthenticated
      maySubmit: may(mutation: "submitReport", planKey: $plan, measureNo: $no, fiscalYear: $year, division: $division)
      mayReturn: may(mutation: "returnReport", planKey: $plan, measureNo: $no)
      mayApprove: may(mutation: "approveReport", planKey: $plan, measureNo: $no)
      mayComment: may(mutation: "commentOnReport", planKey: $plan, measureNo: $no)
      mayCorrect: may(mutation: "correctReport", planKey: $plan, measureNo: $no)
      mayWithdraw: may(mutation: "withdrawReport", planKey: $plan, measureNo: $no)
    }
    plan(key: $plan) {
      statusScale {
        codes {
          code
          label
          labelEn
          sign
          order
          needsCause
        }
      }
      measure(no: $no) {
        no
        title
        schedule {
          fiscalYear
          forecast
        }
        evaluations {
          fiscalYear
          by
          comment
          rating {
            code
            label
            labelEn
            sign
            order
          }
        }
        reports(period: $period) {
          fiscalYear
          stage
          revision
          reason
          results
          issues
          nextSteps
          direction
          ratingReason
          cause
          action
          budget
          expenditure
          response
          remarks
          division {
            key
            name
          }
          rating {
            code
            label
            labelEn
            sign
            order
          }
          evidence {
            sha256
            name
            url
            isPublic
          }
          comments {
            id
            text
            on
          }
        }
      }
    }
  }
`);

const DRAFT = graphql(`
  mutation Draft($input: DraftReportInput!) {
    done: draftReport(input: $input) {
      problems {
        message
        path
      }
    }
  }
`);
const SUBMIT = graphql(`
  mutation Submit($input: SubmitReportInput!) {
    done: submitReport(input: $input) {
      problems {
        message
        path
      }
    }
  }
`);
const RETURN = graphql(`
  mutation Return($input: ReturnReportInput!) {
    done: returnReport(input: $input) {
      problems {
        message
        path
      }
    }
  }
`);
const APPROVE = graphql(`
  mutation Approve($input: ApproveReportInput!) {
    done: approveReport(input: $input) {
      problems {
        message
        path
      }
    }
  }
`);

type Answer = ResultOf<typeof REPORT>;
type Measure = NonNullable<NonNullable<Answer['plan']>['measure']>;
type Report = Measure['reports'][number];
type Problem = ResultOf<typeof DRAFT>['done']['problems'][number];

const FIGURES = ['budget', 'expenditure'] as const;
const TEXTS = ['results', 'ratingReason', 'cause', 'action', 'issues', 'nextSteps', 'response', 'remarks'] as const;
type Text = (typeof TEXTS)[number];
const DIRECTIONS = ['CONTINUE', 'IMPROVE', 'EXPAND', 'REDUCE', 'COMPLETE', 'ABOLISH', 'MERGE'] as const;

interface Evidence {
  readonly sha256: string | null;
  readonly name: string;
  readonly url: string;
  readonly isPublic: boolean;
}

/** What is being written. */
type Written = Readonly<Record<Text | (typeof FIGURES)[number] | 'rating' | 'direction', string>> & {
  readonly evidence: readonly Evidence[];
};

const writtenIn = (report: Report | undefined): Written => ({
  results: report?.results ?? '',
  ratingReason: report?.ratingReason ?? '',
  cause: report?.cause ?? '',
  action: report?.action ?? '',
  issues: report?.issues ?? '',
  nextSteps: report?.nextSteps ?? '',
  budget: report?.budget ?? '',
  expenditure: report?.expenditure ?? '',
  response: report?.response ?? '',
  remarks: report?.remarks ?? '',
  rating: report?.rating?.code ?? '',
  direction: report?.direction ?? '',
  evidence: report?.evidence ?? [],
});

/** A report of a measure for a year: written, handed in, returned, approved. What was typed is kept in this browser until it is recorded. */
export function ReportForm({ around }: { readonly around: Around }) {
  const { place, plan } = around;
  const t = say(place.language);
  const { no = '', division = '', period: asked = 'ANNUAL' } = place.asked;
  const period = isPeriod(asked) ? asked : 'ANNUAL';
  const year = Number(place.asked['year']);
  const key = drafts.keyOf(plan.key, no, String(year), period, division);
  const [answer, setAnswer] = useState<Answer | undefined>();
  const [written, setWritten] = useState<Written>(writtenIn(undefined));
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [told, setTold] = useState<string | undefined>();
  const [returning, setReturning] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const status = useRef<HTMLDivElement>(null);

  const read = async (): Promise<void> => {
    const got = await ask(REPORT, { plan: plan.key, no, period, year, division });
    setAnswer(got);
    const kept = localStorage.getItem(key);
    const recorded = writtenIn(reportIn(got, year, division));
    setWritten(kept === null ? recorded : { ...recorded, ...(JSON.parse(kept) as Partial<Written>) });
  };
  const orSay = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      setTold(inLanguage((error as Error).message, place.language) || t('notSent'));
    });
  };
  const isAskedRight = year >= plan.period.from && year <= plan.period.to && division !== '';
  useEffect(() => {
    if (session.token === null) location.replace(href(place, '/sign-in', { on: undefined, known: undefined }));
    else if (isAskedRight) orSay(read());
    // Once, when the page is there.
  }, []);

  // What was found is brought before the eyes: the first field that is wrong, else what is told.
  useEffect(() => {
    if (told === undefined) return;
    const wrong = form.current?.querySelector('.wrong')?.closest('label, fieldset');
    const field = wrong?.querySelector<HTMLElement>('textarea, input, select');
    if (field) field.focus();
    else status.current?.scrollIntoView({ block: 'nearest' });
  }, [told, problems]);

  const measure = isAskedRight ? answer?.plan?.measure : undefined;
  const report = reportIn(answer, year, division);
  const former = reportIn(answer, year - 1, division);
  const opinions = (measure?.evaluations ?? []).filter(
    ({ by, fiscalYear }) => by === 'COMMITTEE' && fiscalYear === year - 1,
  );
  const codes = answer?.plan?.statusScale.codes ?? [];
  const isOpen =
    answer?.viewer.maySubmit === true && (report === undefined || !['SUBMITTED', 'APPROVED'].includes(report.stage));
  const set = (more: Partial<Written>): void => {
    const now = { ...written, ...more };
    setWritten(now);
    localStorage.setItem(key, JSON.stringify(now));
  };
  const of = {
    ...{ planKey: plan.key, measureNo: no, fiscalYear: year, period, division },
    ...(report && { expectedRevision: report.revision }),
  };
  const done = async (found: readonly Problem[], word: Word): Promise<void> => {
    setProblems(found);
    setTold(found.length === 0 ? t(word) : t('mendFirst'));
    if (found.length > 0) return;
    localStorage.removeItem(key);
    await read();
  };
  const needsCause = codes.find(({ code }) => code === written.rating)?.needsCause === true;
  const musts = ['results', 'rating', 'ratingReason', ...(needsCause ? (['cause', 'action'] as const) : [])] as const;
  const unsaid = musts.filter((name) => written[name].trim() === '');
  const noFigures = FIGURES.filter((name) => written[name] !== '' && !/^\d{1,15}(\.\d{1,9})?$/.test(written[name]));
  const send = async (isDraft: boolean): Promise<void> => {
    if (noFigures.length > 0) {
      setProblems(noFigures.map((name) => ({ path: ['input', name], message: t('notAFigure') })));
      setTold(t('mendFirst'));
      return;
    }
    const { evidence, ...said } = written;
    const input = {
      ...of,
      ...Object.fromEntries(Object.entries(said).filter(([, value]) => value.trim() !== '')),
      evidence: evidence.map(({ sha256, name, url, isPublic }) =>
        sha256 === null ? { url, title: name, isPublic } : { sha256, name, isPublic },
      ),
    };
    if (isDraft) await done((await ask(DRAFT, { input })).done.problems, 'draftKept');
    else if (unsaid.length > 0) {
      setProblems(unsaid.map((name) => ({ path: ['input', name], message: t('fillIn') })));
      setTold(t('mendFirst'));
    } else await done((await ask(SUBMIT, { input })).done.problems, 'handedIn');
  };
  const judge = async (reason?: string): Promise<void> => {
    if (reason === undefined) await done((await ask(APPROVE, { input: of })).done.problems, 'wasApproved');
    else await done((await ask(RETURN, { input: { ...of, reason } })).done.problems, 'wasReturned');
  };
  const attach = async (file: File): Promise<void> => {
    const asked = new URLSearchParams({ planKey: plan.key, measureNo: no }).toString();
    const sent = await fetch(`/evidence?${asked}`, {
      method: 'POST',
      headers: { 'content-type': file.type, ...authorization() },
      body: file,
    });
    const { sha256, problems: found } = (await sent.json()) as { sha256?: string; problems?: readonly Problem[] };
    if (sha256 === undefined) throw new Error(found?.[0]?.message ?? '');
    set({ evidence: [...written.evidence, { sha256, name: file.name, url: '', isPublic: false }] });
  };
  const problemAt = (field: string): string | undefined => {
    const problem = problems.find(({ path }) => path[1] === field);
    return problem && inLanguage(problem.message, place.language);
  };
  const field = (name: Text, word: Word, rows: number): ReactNode => (
    <label>
      <span>
        {t(word)}
        {name === 'results' || name === 'ratingReason' ? <b className="must"> {t('must')}</b> : ''}
      </span>
      <textarea
        rows={rows}
        value={written[name]}
        disabled={!isOpen}
        aria-invalid={problemAt(name) !== undefined}
        onChange={({ target }) => {
          set({ [name]: target.value });
        }}
      />
      {problemAt(name) !== undefined && <span className="wrong">✕ {problemAt(name)}</span>}
    </label>
  );
  const figure = (name: (typeof FIGURES)[number]): ReactNode => (
    <label>
      <span>{t(name)}</span>
      <input
        inputMode="decimal"
        autoComplete="off"
        value={written[name]}
        disabled={!isOpen}
        aria-invalid={problemAt(name) !== undefined}
        onChange={({ target }) => {
          set({ [name]: target.value });
        }}
        onBlur={() => {
          set({ [name]: plainFigure(written[name]) });
        }}
      />
      {problemAt(name) !== undefined && <span className="wrong">✕ {problemAt(name)}</span>}
    </label>
  );
  const placed = new Set([...TEXTS, ...FIGURES, 'rating', 'direction'] as string[]);

  return (
    <Framed around={around} isAtWork>
      <Opening
        above={<a href={href(place, '/work')}>{t('work')}</a>}
        title={measure ? `${measure.no} ${measure.title}` : t(answer || !isAskedRight ? 'notFound' : 'reading')}
      >
        {(answer || !isAskedRight) && !measure && t('notFoundHint')}
        {measure &&
          `${division} ${yearText(year, place.language)}${period === 'ANNUAL' ? '' : ` ${periodText(period, place.language)}`}・${t(STAGE[report?.stage ?? 'NONE'])}`}
      </Opening>
      {report?.stage === 'RETURNED' && (
        <p className="finding unsound">
          ↩ {t('stateReturned')}：{report.reason}
        </p>
      )}
      {measure && answer?.viewer.maySubmit === false && <p className="finding">{t('mayNotReport')}</p>}
      <div role="status" ref={status}>
        {told !== undefined && <p className="finding">{told}</p>}
      </div>
      {problems
        .filter(({ path }) => !placed.has(path[1] ?? ''))
        .map(({ message }) => (
          <p key={message} className="wrong">
            ✕ {inLanguage(message, place.language)}
          </p>
        ))}
      {answer && measure && (
        <div className="two">
          <form
            ref={form}
            className="check"
            onSubmit={(event) => {
              event.preventDefault();
              orSay(send(false));
            }}
          >
            {field('results', 'results', 5)}
            <fieldset disabled={!isOpen}>
              <legend>
                {t('rating')}
                <b className="must"> {t('must')}</b>
              </legend>
              {codes.map((code) => (
                <label key={code.code} className="inline">
                  <input
                    type="radio"
                    name="rating"
                    checked={written.rating === code.code}
                    onChange={() => {
                      set({ rating: code.code });
                    }}
                  />
                  <StatusBadge status={code} language={place.language} />
                </label>
              ))}
              {problemAt('rating') !== undefined && <span className="wrong">✕ {problemAt('rating')}</span>}
            </fieldset>
            {field('ratingReason', 'ratingReason', 2)}
            {(needsCause || written.cause !== '' || written.action !== '') && (
              <>
                {field('cause', 'cause', 2)}
                {field('action', 'action', 2)}
              </>
            )}
            {field('issues', 'issues', 2)}
            {field('nextSteps', 'nextSteps', 2)}
            {field('response', 'response', 2)}
            <label>
              {t('direction')}
              <select
                value={written.direction}
                disabled={!isOpen}
                onChange={({ target }) => {
                  set({ direction: target.value });
                }}
              >
                <option value="">—</option>
                {DIRECTIONS.map((direction) => (
                  <option key={direction} value={direction}>
                    {t(direction)}
                  </option>
                ))}
              </select>
            </label>
            {figure('budget')}
            {figure('expenditure')}
            {field('remarks', 'remarks', 2)}
            <fieldset disabled={!isOpen}>
              <legend>{t('evidence')}</legend>
              <ul>
                {written.evidence.map((one, i) => (
                  <li key={`${one.name} ${String(i)}`}>
                    {one.name}{' '}
                    <label className="inline">
                      <input
                        type="checkbox"
                        checked={one.isPublic}
                        onChange={({ target }) => {
                          set({
                            evidence: written.evidence.map((other, j) =>
                              i === j ? { ...other, isPublic: target.checked } : other,
                            ),
                          });
                        }}
                      />
                      {t('isPublic')}
                    </label>
                  </li>
                ))}
              </ul>
              <NewLink
                t={t}
                onAdd={(title, url) => {
                  set({ evidence: [...written.evidence, { sha256: null, name: title, url, isPublic: true }] });
                }}
              />
              <label>
                {t('attach')}
                <input
                  type="file"
                  onChange={({ target }) => {
                    const file = target.files?.[0];
                    if (file) orSay(attach(file));
                  }}
                />
              </label>
            </fieldset>
            {isOpen && (
              <p>
                <button type="submit">{t('handIn')}</button>{' '}
                <button
                  type="button"
                  onClick={() => {
                    orSay(send(true));
                  }}
                >
                  {t('keepDraft')}
                </button>{' '}
                <span className="faint">{t('handInHint')}</span>
              </p>
            )}
            {report?.stage === 'SUBMITTED' && (
              <Judge
                t={t}
                mayApprove={answer.viewer.mayApprove}
                mayReturn={answer.viewer.mayReturn}
                reason={returning}
                onReason={setReturning}
                onApprove={() => {
                  orSay(judge());
                }}
                onReturn={() => {
                  orSay(judge(returning));
                }}
              />
            )}
          </form>
          <aside>
            {report && (
              <DeskContext
                value={{
                  language: place.language,
                  may: mayIn(answer.viewer),
                  onSending: () => {
                    setTold(undefined);
                  },
                  onRecorded: (what) => {
                    if (what !== undefined) setTold(`${t('recorded')} ${t(what)}`);
                    orSay(read());
                  },
                }}
              >
                <Acts
                  acts={actsOf(
                    report,
                    { planKey: plan.key, measureNo: no, fiscalYear: year, period, division },
                    codes.map((code) => [code.code, place.language === 'ja' ? code.label : code.labelEn]),
                  )}
                />
              </DeskContext>
            )}
            <h2>
              {t('formerReport')}（{yearShort(year - 1, place.language)}）
            </h2>
            {former ? (
              <>
                <p>{former.results}</p>
                {former.rating && <StatusBadge status={former.rating} language={place.language} />}
              </>
            ) : (
              <p>{t('noReports')}</p>
            )}
            {opinions.length > 0 && (
              <>
                <h2>
                  {t('committeeView')}（{yearShort(year - 1, place.language)}）
                </h2>
                {opinions.map(({ rating, comment }) => (
                  <p key={rating.code}>
                    <StatusBadge status={rating} language={place.language} /> {comment}
                  </p>
                ))}
              </>
            )}
            <h2>{t('planOfYear')}</h2>
            <p>{measure.schedule.find(({ fiscalYear }) => fiscalYear === year)?.forecast.join(' ') ?? '—'}</p>
            {report && report.comments.length > 0 && (
              <>
                <h2>{t('comments')}</h2>
                <ul>
                  {report.comments.map(({ id, text, on }) => (
                    <li key={id}>
                      {dayText(on, place.language)} {text}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </aside>
        </div>
      )}
    </Framed>
  );
}

/** A link to what shows a result: a title and an address. */
function NewLink({
  t,
  onAdd,
}: {
  readonly t: ReturnType<typeof say>;
  readonly onAdd: (title: string, url: string) => void;
}) {
  const [title, setTitle] = useState('');
  const [url, setUrl] = useState('');
  return (
    <>
      <label>
        {t('linkTitle')}
        <input
          value={title}
          onChange={({ target }) => {
            setTitle(target.value);
          }}
        />
      </label>
      <label>
        {t('linkUrl')}
        <input
          type="url"
          value={url}
          placeholder="https://"
          onChange={({ target }) => {
            setUrl(target.value);
          }}
        />
      </label>
      <button
        type="button"
        disabled={!/^https?:\/\/[^\s/]/.test(url.trim())}
        onClick={() => {
          onAdd(title.trim() || url.trim(), url.trim());
          setTitle('');
          setUrl('');
        }}
      >
        {t('addLink')}
      </button>
    </>
  );
}

/** For those who approve or return what was handed in. */
function Judge({
  t,
  mayApprove,
  mayReturn,
  reason,
  onReason,
  onApprove,
  onReturn,
}: {
  readonly t: ReturnType<typeof say>;
  readonly mayApprove: boolean;
  readonly mayReturn: boolean;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onApprove: () => void;
  readonly onReturn: () => void;
}) {
  return (
    <>
      {mayApprove && (
        <p>
          <button type="button" onClick={onApprove}>
            {t('approve')}
          </button>{' '}
          <span className="faint">{t('approveHint')}</span>
        </p>
      )}
      {mayReturn && (
        <>
          <label>
            {t('returnReason')}
            <textarea
              rows={2}
              value={reason}
              onChange={({ target }) => {
                onReason(target.value);
              }}
            />
          </label>
          <button type="button" disabled={reason.trim() === ''} onClick={onReturn}>
            {t('giveBack')}
          </button>
        </>
      )}
    </>
  );
}

const mayIn = ({ mayComment, mayCorrect, mayWithdraw }: Answer['viewer']): ReadonlySet<Mutation> =>
  new Set<Mutation>([
    ...(mayComment ? (['commentOnReport'] as const) : []),
    ...(mayCorrect ? (['correctReport'] as const) : []),
    ...(mayWithdraw ? (['withdrawReport'] as const) : []),
  ]);

/** What is done to a report beside writing it: said of it, and, once it is approved, corrected or taken back. */
function actsOf(
  report: Report,
  of: object,
  ratings: readonly (readonly [value: string, label: string])[],
): readonly Act[] {
  const reason: Field = { name: 'reason', word: 'reason', kind: 'lines', must: true };
  const text = (name: Text, word: Word): Field => ({ name, word, kind: 'lines', initial: report[name] ?? '' });
  const comment: Act = {
    mutation: 'commentOnReport',
    word: 'commentOnReport',
    hint: 'commentHint',
    of,
    fields: [{ name: 'text', word: 'comment', kind: 'lines', must: true }],
  };
  if (report.stage !== 'APPROVED') return [comment];
  return [
    comment,
    {
      mutation: 'correctReport',
      word: 'correctReport',
      hint: 'correctHint',
      of: { ...of, expectedRevision: report.revision },
      fields: [
        text('results', 'results'),
        { name: 'rating', word: 'rating', kind: 'choice', choices: ratings, initial: report.rating?.code ?? '' },
        text('ratingReason', 'ratingReason'),
        text('cause', 'cause'),
        text('action', 'action'),
        text('issues', 'issues'),
        text('nextSteps', 'nextSteps'),
        text('response', 'response'),
        ...FIGURES.map((name): Field => ({ name, word: name, kind: 'number', initial: report[name] ?? '' })),
        text('remarks', 'remarks'),
        reason,
      ],
      shape: (written) => ({
        ...written,
        ...(report.direction !== null && { direction: report.direction }),
        evidence: report.evidence.map(({ sha256, name, url, isPublic }) =>
          sha256 === null ? { url, title: name, isPublic } : { sha256, name, isPublic },
        ),
      }),
    },
    {
      mutation: 'withdrawReport',
      word: 'withdrawReport',
      hint: 'withdrawHint',
      of: { ...of, expectedRevision: report.revision },
      fields: [reason],
    },
  ];
}

const STAGE = {
  NONE: 'stateDue',
  DRAFT: 'stageDraft',
  SUBMITTED: 'stateSubmitted',
  RETURNED: 'stateReturned',
  APPROVED: 'stateApproved',
  WITHDRAWN: 'stageWithdrawn',
} as const satisfies Record<string, Word>;

const reportIn = (answer: Answer | undefined, year: number, division: string): Report | undefined =>
  answer?.plan?.measure?.reports.find((one) => one.fiscalYear === year && one.division.key === division);
