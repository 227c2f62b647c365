import { useState } from 'react';
import type { Around } from './around.js';
import { authorization } from './session.js';
import { inLanguage, say, type Language } from './words.js';

interface Told {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** As `POST /sheets/…` answers. */
interface SheetAnswer {
  readonly isWritten?: boolean;
  readonly differences?: readonly {
    readonly cell: string;
    readonly no: string;
    readonly title: string;
    readonly before: string;
    readonly after: string;
  }[];
  readonly warnings?: readonly Told[];
  readonly problems: readonly Told[];
}

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The sheet of a division: taken, and brought back in two steps. */
export function SheetDesk({
  around: {
    place: { language },
    plan,
  },
  fiscalYear,
  division,
  onWritten,
}: {
  readonly around: Around;
  readonly fiscalYear: number;
  readonly division: string;
  readonly onWritten: () => void;
}) {
  const t = say(language);
  const [file, setFile] = useState<File | undefined>();
  const [answer, setAnswer] = useState<SheetAnswer | undefined>();
  const [purpose, setPurpose] = useState<'submit' | 'draft'>('submit');
  const address = `/sheets/${encodeURIComponent(plan.key)}/${String(fiscalYear)}/${encodeURIComponent(division)}.xlsx`;

  const take = async (): Promise<void> => {
    const form = await fetch(address, { headers: authorization() });
    if (!form.ok) {
      setAnswer((await form.json()) as SheetAnswer);
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await form.blob());
    link.download = `${String(fiscalYear)}-${division}.xlsx`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const send = async (chosen: File, as: 'submit' | 'draft', commit: boolean): Promise<void> => {
    const sent = await fetch(`${address}?as=${as}${commit ? '&commit=true' : ''}`, {
      method: 'POST',
      headers: { 'content-type': XLSX, ...authorization() },
      body: chosen,
    });
    const told = (await sent.json()) as SheetAnswer;
    setAnswer(told);
    if (told.isWritten === true) onWritten();
  };
  const orSay = (work: Promise<void>): void => {
    work.catch(() => {
      setAnswer({ problems: [{ code: '', message: t('notSent'), path: [] }] });
    });
  };

  return (
    <div className="check">
      <button
        type="button"
        onClick={() => {
          orSay(take());
        }}
      >
        {t('takeSheet')}
      </button>
      <label>
        {t('bringSheet')}
        <input
          type="file"
          accept=".xlsx"
          onClick={({ currentTarget }) => {
            // The same file, saved again, is another choice.
            currentTarget.value = '';
          }}
          onChange={({ target }) => {
            const chosen = target.files?.[0];
            setFile(chosen);
            setAnswer(undefined);
            if (chosen) orSay(send(chosen, purpose, false));
          }}
        />
      </label>
      <label className="inline">
        <input
          type="checkbox"
          checked={purpose === 'draft'}
          onChange={({ target }) => {
            const as = target.checked ? 'draft' : 'submit';
            setPurpose(as);
            if (file) orSay(send(file, as, false));
          }}
        />{' '}
        {t('asDraft')}
      </label>
      <div role="status">
        {answer && <Told answer={answer} language={language} />}
        {file && answer?.isWritten === false && answer.problems.length === 0 && answer.differences?.length !== 0 && (
          <button
            type="button"
            onClick={() => {
              orSay(send(file, purpose, true));
            }}
          >
            {t('recordSheet')}
          </button>
        )}
      </div>
    </div>
  );
}

function Told({ answer, language }: { readonly answer: SheetAnswer; readonly language: Language }) {
  const t = say(language);
  const { problems, warnings = [], differences = [], isWritten } = answer;
  return (
    <div className={problems.length > 0 ? 'finding unsound' : 'finding sound'}>
      <p>
        <strong>
          {problems.length > 0
            ? `✕ ${t(isWritten === true ? 'sheetPartly' : 'sheetWrong')}`
            : `◎ ${t(isWritten === true ? 'sheetRecorded' : differences.length > 0 ? 'sheetRight' : 'sheetSame')}`}
        </strong>
      </p>
      <ul>
        {[...problems, ...warnings].map(({ code, message, path }) => (
          <li key={`${code} ${path.join(' ')}`}>
            <b>{path.join(' ')}</b> {inLanguage(message, language)}
          </li>
        ))}
        {differences.map(({ cell, no, title, before, after }) => (
          <li key={cell}>
            <b>{cell}</b> {no} {title}：<del>{before || '—'}</del> → <ins>{after || '—'}</ins>
          </li>
        ))}
      </ul>
    </div>
  );
}
