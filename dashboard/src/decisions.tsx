import type { Around } from './around.js';
import { dayText } from './dates.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { say, type Word } from './words.js';

export const DECISIONS = graphql(`
  query Decisions($plan: String!, $asOf: AsOf, $before: String, $language: Language!) {
    plan(key: $plan, asOf: $asOf) {
      committee {
        name
        members {
          post
        }
      }
      decisions(last: 50, before: $before) {
        totalCount
        nodes {
          id
          no
          title
          outcome
          text
          reason
          decidedBy
          decidedOn
          meeting {
            title
          }
          circulation {
            title
          }
          citedBy {
            id
            summary(language: $language)
          }
          followUps {
            no
            text
            dueOn
            isOpen
            isOverdue
            owner {
              name
            }
          }
        }
      }
    }
  }
`);

type Data = NonNullable<ResultOf<typeof DECISIONS>['plan']>;
type Outcome = Data['decisions']['nodes'][number]['outcome'];

const OUTCOMES: Readonly<Record<Outcome, Word>> = {
  APPROVED: 'approved',
  APPROVED_WITH_CHANGES: 'approvedWithChanges',
  REJECTED: 'rejected',
  DEFERRED: 'deferred',
  NOTED: 'noted',
};

/** What was decided, by whom, what it caused, and what is still to be done. */
export function Decisions({ around, data }: { readonly around: Around; readonly data: Data }) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  const { nodes, totalCount } = data.decisions;
  const open = nodes.flatMap(({ followUps }) => followUps).filter(({ isOpen }) => isOpen).length;
  return (
    <Framed around={around}>
      <Opening above={data.committee?.name ?? plan.title} title={t('decisions')}>
        {language === 'ja'
          ? `${String(totalCount)} 件の決定があります。残っている対応事項は ${String(open)} 件です。`
          : `${String(totalCount)} decisions; follow-ups still open: ${String(open)}.`}
      </Opening>
      {nodes.toReversed().map((decision) => (
        <section key={decision.id} id={decision.no} className="decision">
          <h2>
            {decision.no}　{decision.title} <span className="badge tone-none">{t(OUTCOMES[decision.outcome])}</span>
          </h2>
          <p className="faint">
            {[
              dayText(decision.decidedOn, language),
              decision.decidedBy,
              (decision.meeting ?? decision.circulation)?.title,
            ]
              .filter((part) => part !== undefined)
              .join('　')}
          </p>
          <p>{decision.text}</p>
          {decision.reason !== null && (
            <p className="faint">
              {t('reason')}：{decision.reason}
            </p>
          )}
          {decision.followUps.length > 0 && (
            <ul>
              {decision.followUps.map((followUp) => (
                <li key={followUp.no}>
                  {followUp.text}（{followUp.owner.name}、{dayText(followUp.dueOn, language)}）{' '}
                  <b>{t(followUp.isOverdue ? 'overdue' : followUp.isOpen ? 'open' : 'done')}</b>
                </li>
              ))}
            </ul>
          )}
          {decision.citedBy.length > 0 && (
            <>
              <h3>{t('caused')}</h3>
              <ul>
                {decision.citedBy.map(({ id, summary }) => (
                  <li key={id}>{summary}</li>
                ))}
              </ul>
            </>
          )}
        </section>
      ))}
      {nodes.length === 0 && <p className="nothing">{t('noDecisions')}</p>}
    </Framed>
  );
}
