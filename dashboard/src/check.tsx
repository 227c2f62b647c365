import { useEffect, useState, type ReactNode } from 'react';
import type { Place } from './place.js';
import type { Finding, Held } from './verifier.js';
import { say, type Word } from './words.js';

/** Checks what is chosen in the browser of whoever looks: nothing is sent anywhere. */
export function Check({
  place,
  keys,
  proof,
}: {
  readonly place: Place;
  readonly keys: readonly string[];
  /** The one to check; undefined: a file that is chosen. */
  readonly proof?: string;
}) {
  const t = say(place.language);
  const [isAlive, setAlive] = useState(false);
  const [file, setFile] = useState<Blob | undefined>();
  const [held, setHeld] = useState<Held>({ keys, head: '' });
  const [share, setShare] = useState<number | undefined>();
  const [finding, setFinding] = useState<Finding | undefined>();
  useEffect(() => {
    setAlive(true);
    if (proof !== undefined) setFile(new Blob([proof]));
  }, [proof]);

  const run = async (chosen: Blob): Promise<void> => {
    setFinding(undefined);
    setShare(0);
    const { check } = await import('./verifier.js');
    setFinding(await check(chosen, held, setShare));
    setShare(undefined);
  };

  if (!isAlive) return <p className="faint">{t('checkNeedsScript')}</p>;
  return (
    <form
      className="check"
      onSubmit={(event) => {
        event.preventDefault();
        if (file) void run(file);
      }}
    >
      {proof === undefined && (
        <>
          <label>
            {t('checkFile')}
            <input
              type="file"
              onChange={({ target }) => {
                setFile(target.files?.[0]);
              }}
            />
          </label>
          <label>
            {t('checkHead')}
            <input
              type="text"
              placeholder="208:oR7r…="
              value={held.head}
              onChange={({ target }) => {
                setHeld({ ...held, head: target.value });
              }}
            />
          </label>
        </>
      )}
      <label>
        {t('checkKeys')}
        <textarea
          className="keys"
          rows={Math.max(1, held.keys.length)}
          value={held.keys.join('\n')}
          onChange={({ target }) => {
            setHeld({ ...held, keys: target.value.split('\n') });
          }}
        />
      </label>
      <button type="submit" disabled={!file || share !== undefined}>
        {t('checkNow')}
      </button>
      <div role="status">
        {share !== undefined && (
          <p>
            {t('checking')} {Math.round(share * 100)}%
          </p>
        )}
        {finding && <Found finding={finding} place={place} />}
      </div>
    </form>
  );
}

const Found = ({ finding, place }: { readonly finding: Finding; readonly place: Place }): ReactNode => {
  const t = say(place.language);
  if (!finding.isSound) {
    const { code, meaning, index, line } = finding;
    return (
      <div className="finding unsound">
        <p>
          <strong>
            <span aria-hidden="true">✕ </span>
            {t('checkFailed')}
          </strong>
          （<code>{code}</code>）
        </p>
        <p>{meaning[place.language === 'ja' ? 0 : 1]}</p>
        {index !== undefined && (
          <p>
            {t('checkAt')} {index}
            {line !== undefined && `（${t('checkLine')} ${String(line)}）`}
          </p>
        )}
      </div>
    );
  }
  const { origin, head, entry, data, signers } = finding;
  const counts: readonly (readonly [Word, number])[] = [
    ['checkShown', finding.entries],
    ['checkOpened', finding.opened],
    ['checkErased', finding.erased],
    ['checkWithheld', finding.withheld],
    ['checkHeads', finding.checkpoints],
  ];
  return (
    <div className="finding sound">
      <p>
        <strong>
          <span aria-hidden="true">◎ </span>
          {t('checkPassed')}
        </strong>
      </p>
      <dl>
        <dt>{t('ledger')}</dt>
        <dd>{origin}</dd>
        <dt>{t('checkHeadFound')}</dt>
        <dd>
          <code>{head}</code>
        </dd>
        {entry && (
          <>
            <dt>{t('checkEntry')}</dt>
            <dd>
              {entry.index}・{entry.type}・{entry.recordedAt}
            </dd>
          </>
        )}
        {data !== undefined && (
          <>
            <dt>{t('checkData')}</dt>
            <dd>
              <code>{JSON.stringify(data)}</code>
            </dd>
          </>
        )}
        {!entry &&
          counts.map(([word, count]) => (
            <div key={word}>
              <dt>{t(word)}</dt>
              <dd>{count.toLocaleString('en')}</dd>
            </div>
          ))}
        <dt>{t('checkSigners')}</dt>
        <dd>
          <code>{signers.join(' ')}</code>
        </dd>
      </dl>
    </div>
  );
};
