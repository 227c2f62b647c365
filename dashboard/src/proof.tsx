import type { Around } from './around.js';
import { Check } from './check.js';
import { dayOf, dayText } from './dates.js';
import { Framed, Opening } from './frame.js';
import { graphql, type ResultOf } from './graphql.js';
import { ENTRY, History } from './history.js';
import { href } from './place.js';
import { say } from './words.js';

export const LOG = graphql(`
  query Log {
    ledger {
      size
      keys
      checkpoint {
        origin
        size
        root
        note
        signedAt
      }
      witnesses {
        name
        lastCosignedSize
        lastCosignedAt
      }
    }
  }
`);

/** The head of the log, how to check what it holds, and a place to do it. */
export function Log({
  around,
  data,
}: {
  readonly around: Around;
  readonly data: NonNullable<ResultOf<typeof LOG>['ledger']>;
}) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  const { checkpoint, keys, witnesses } = data;
  return (
    <Framed around={around}>
      <Opening above={plan.title} title={t('notAltered')}>
        {checkpoint
          ? language === 'ja'
            ? `${checkpoint.size.toLocaleString('en')} 件の記録すべてに、一つの署名がされています（${dayText(dayOf(checkpoint.signedAt), language)}）。一文字でも変えれば、合わなくなります。`
            : `One signature stands over all ${checkpoint.size.toLocaleString('en')} entries (${dayText(dayOf(checkpoint.signedAt), language)}). Change one letter, and it no longer fits.`
          : t('noLog')}
      </Opening>
      {checkpoint && (
        <>
          <h2>{t('checkHere')}</h2>
          <p className="prose">{t('checkHereHint')}</p>
          <Check place={place} keys={keys} />
          <h2>{t('checkElsewhere')}</h2>
          <p className="prose">{t('checkElsewhereHint')}</p>
          <pre>{`npx daicho verify evidence.ndjson --key '${keys[0] ?? ''}' --head ${String(checkpoint.size)}:${checkpoint.root}`}</pre>
          <h2>{t('headNow')}</h2>
          <p className="prose">{t('headNowHint')}</p>
          <pre>{checkpoint.note}</pre>
          <p>
            <a href="/log/checkpoint">/log/checkpoint</a>
          </p>
          <h3>{t('witnesses')}</h3>
          {witnesses.length === 0 ? (
            <p>{t('noWitnesses')}</p>
          ) : (
            <ul>
              {witnesses.map(({ name, lastCosignedSize, lastCosignedAt }) => (
                <li key={name}>
                  {name} {lastCosignedSize === null ? '—' : `${String(lastCosignedSize)} ${t('events')}`}{' '}
                  {lastCosignedAt !== null && dayText(dayOf(lastCosignedAt), language)}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Framed>
  );
}

export const PROOF = graphql(
  `
    query Proof($plan: String!, $asOf: AsOf, $id: ID!, $language: Language!) {
      ledger {
        keys
      }
      plan(key: $plan, asOf: $asOf) {
        auditEntry(id: $id) {
          ...Entry
          position
          proof {
            index
            text
            checkpoint {
              size
              root
              signedAt
            }
          }
        }
      }
    }
  `,
  [ENTRY],
);

/** One entry: what it says, where it stands in the log, and what proves it. */
export function Proof({ around, data }: { readonly around: Around; readonly data: ResultOf<typeof PROOF> }) {
  const { place, plan } = around;
  const { language } = place;
  const t = say(language);
  const entry = data.plan?.auditEntry;
  if (!entry?.proof) return undefined;
  const { proof, id } = entry;
  const { size, root, signedAt } = proof.checkpoint;
  const file = `/log/proof/${plan.key}/${id}.tlog-proof`;
  return (
    <Framed around={around}>
      <Opening above={<a href={href(place, '/trail')}>{t('trail')}</a>} title={t('proof')}>
        {language === 'ja'
          ? `この記録は、署名された ${size.toLocaleString('en')} 件のうちの ${proof.index.toLocaleString('en')} 番です（0 から数えて）。署名は ${dayText(dayOf(signedAt), language)}。`
          : `This entry is number ${proof.index.toLocaleString('en')}, counted from 0, of ${size.toLocaleString('en')} that were signed on ${dayText(dayOf(signedAt), language)}.`}
      </Opening>
      <History entries={[entry]} place={place} hasProof={false} />
      <h2>{t('checkHere')}</h2>
      <p className="prose">{t('checkEntryHint')}</p>
      <Check place={place} keys={data.ledger?.keys ?? []} proof={proof.text} />
      <h2>{t('checkElsewhere')}</h2>
      <p>
        <a href={file} download>
          {`${id}.tlog-proof`}
        </a>
      </p>
      <pre>{`npx daicho verify ${id}.tlog-proof --key '${data.ledger?.keys[0] ?? ''}'`}</pre>
      <dl className="facts">
        <dt>{t('root')}</dt>
        <dd>
          <code>{`${String(size)}:${root}`}</code>
        </dd>
        <dt>{t('position')}</dt>
        <dd>
          <code>{entry.position}</code>
        </dd>
      </dl>
      <details>
        <summary>{t('proofText')}</summary>
        <pre>{proof.text}</pre>
      </details>
    </Framed>
  );
}
