import { createContext, useContext, useId, useState, type ReactNode } from 'react';
import { record, type Mutation, type Problem, type Recorded } from './session.js';
import { inLanguage, say, type Language, type Word } from './words.js';

type Value = string | boolean | readonly string[];
export type Written = Readonly<Record<string, Value>>;

/** What a form asks for: its name in the input of the mutation, and how it is asked. */
export interface Field {
  readonly name: string;
  readonly word: Word;
  /** `lines`: a text of several; `many`: any of the choices; `number`: as it is typed, a decimal; `year`: one of the choices, a number. */
  readonly kind?: 'line' | 'lines' | 'day' | 'number' | 'check' | 'choice' | 'many' | 'year';
  readonly must?: boolean;
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly initial?: Value;
  readonly hint?: Word;
}

/** A mutation, and the form that sends it. */
export interface Act {
  readonly mutation: Mutation;
  readonly word: Word;
  /** What it means to send it, said before. */
  readonly hint?: Word;
  /** What is known from where it stands. */
  readonly of: object;
  readonly fields?: readonly Field[];
  /** For an input that is not the fields as they are. */
  readonly shape?: (written: Readonly<Record<string, unknown>>) => object;
  /** More that is asked of the payload, and how it is told: what is shown only once. */
  readonly payload?: string;
  readonly tell?: (recorded: Recorded) => ReactNode;
}

/** What is being looked at by whom: what he may, and what is to be read again when something was recorded. */
export interface Desk {
  readonly language: Language;
  readonly may: ReadonlySet<Mutation>;
  readonly onSending: () => void;
  /** Undefined: the form itself tells what came of it. */
  readonly onRecorded: (what: Word | undefined) => void;
}
export const DeskContext = createContext<Desk>({
  language: 'ja',
  may: new Set(),
  onSending: () => undefined,
  onRecorded: () => undefined,
});

/** The forms of a place, each behind its name; those that one may not send are not there. */
export function Acts({ acts }: { readonly acts: readonly Act[] }) {
  const { may } = useContext(DeskContext);
  return acts
    .filter(({ mutation }) => may.has(mutation))
    .map((act) => <ActForm key={`${act.mutation} ${act.word}`} act={act} />);
}

/** One form: nothing is lost when it is refused; each problem stands at its field. */
export function ActForm({ act, isOpen = false }: { readonly act: Act; readonly isOpen?: boolean }) {
  const { language, onSending, onRecorded } = useContext(DeskContext);
  const t = say(language);
  const { fields = [] } = act;
  const initial = Object.fromEntries(fields.map(({ name, initial: value = '' }) => [name, value]));
  const [written, setWritten] = useState<Written>(initial);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [told, setTold] = useState<ReactNode>();
  const [isSending, setSending] = useState(false);
  // Sent twice, it is recorded once: a new one when something else is written.
  const [request, setRequest] = useState(newId);

  const send = async (): Promise<void> => {
    const given = inputOf(fields, written);
    const missing = fields.filter(({ name, must = false }) => must && given[name] === undefined);
    setProblems(missing.map(({ name }) => ({ message: t('isMissing'), path: ['input', name] })));
    setTold(undefined);
    onSending();
    if (missing.length > 0) {
      setTold(<p className="finding unsound">✕ {t('formWrong')}</p>);
      return;
    }
    setSending(true);
    try {
      const input = { ...act.of, ...(act.shape ? act.shape(given) : given), clientMutationId: request };
      const recorded = await record(act.mutation, input, act.payload);
      setProblems(recorded.problems);
      setRequest(newId);
      if (recorded.problems.length > 0) setTold(<p className="finding unsound">✕ {t('formWrong')}</p>);
      else {
        setTold(act.tell?.(recorded));
        setWritten(initial);
        onRecorded(act.tell ? undefined : act.word);
      }
    } catch (error) {
      const { message } = error as Error;
      const problem = problemIn(message);
      if (problem) setProblems([problem]);
      setTold(
        <p className="finding unsound">✕ {problem ? t('formWrong') : inLanguage(message, language) || t('notSent')}</p>,
      );
    } finally {
      setSending(false);
    }
  };
  const at = (name: string): string | undefined => {
    const problem = problems.find(({ path }) => path[1] === name);
    return problem && inLanguage(problem.message, language);
  };
  const elsewhere = problems.filter(({ path }) => !fields.some(({ name }) => name === path[1]));
  return (
    <details className="act" open={isOpen || undefined}>
      <summary>{t(act.word)}</summary>
      <form
        className="check"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            language={language}
            value={written[field.name] ?? ''}
            wrong={at(field.name)}
            onChange={(value) => {
              setWritten({ ...written, [field.name]: value });
              setRequest(newId);
            }}
          />
        ))}
        {elsewhere.map(({ message }) => (
          <p key={message} className="wrong">
            ✕ {inLanguage(message, language)}
          </p>
        ))}
        <p>
          <button type="submit" disabled={isSending}>
            {t(act.word)}
          </button>{' '}
          {act.hint !== undefined && <span className="faint">{t(act.hint)}</span>}
        </p>
        <div role="status">{told}</div>
      </form>
    </details>
  );
}

function FieldInput({
  field: { word, kind = 'line', must = false, choices = [], hint },
  language,
  value,
  wrong,
  onChange,
}: {
  readonly field: Field;
  readonly language: Language;
  readonly value: Value;
  readonly wrong: string | undefined;
  readonly onChange: (value: Value) => void;
}) {
  const t = say(language);
  const id = useId();
  const told = [hint === undefined ? '' : `${id}-hint`, wrong === undefined ? '' : `${id}-wrong`].join(' ').trim();
  const common = { id, 'aria-invalid': wrong !== undefined, ...(told !== '' && { 'aria-describedby': told }) };
  const text = typeof value === 'string' ? value : '';
  const name = (
    <>
      {t(word)}
      {must && <b className="must"> {t('must')}</b>}
    </>
  );
  const after = (
    <>
      {hint !== undefined && (
        <span id={`${id}-hint`} className="faint">
          {t(hint)}
        </span>
      )}
      {wrong !== undefined && (
        <span id={`${id}-wrong`} className="wrong">
          ✕ {wrong}
        </span>
      )}
    </>
  );
  if (kind === 'many') {
    const chosen = Array.isArray(value) ? (value as readonly string[]) : [];
    return (
      <fieldset aria-describedby={told === '' ? undefined : told}>
        <legend>{name}</legend>
        {choices.map(([choice, label]) => (
          <label key={choice} className="inline">
            <input
              type="checkbox"
              checked={chosen.includes(choice)}
              onChange={({ target }) => {
                onChange(target.checked ? [...chosen, choice] : chosen.filter((other) => other !== choice));
              }}
            />
            {label}
          </label>
        ))}
        {after}
      </fieldset>
    );
  }
  if (kind === 'check') {
    return (
      <label className="inline">
        <input
          {...common}
          type="checkbox"
          checked={value === true}
          onChange={({ target }) => {
            onChange(target.checked);
          }}
        />
        {name} {after}
      </label>
    );
  }
  const set = ({ target }: { readonly target: { readonly value: string } }): void => {
    onChange(target.value);
  };
  /** １２ and 1,200 are what people type: made plain before their eyes, when they leave the field. */
  const plain = (): void => {
    if (kind === 'number') onChange(plainFigure(text));
  };
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      {kind === 'lines' ? (
        <textarea {...common} rows={3} value={text} onChange={set} />
      ) : kind === 'choice' || kind === 'year' ? (
        <select {...common} value={text} onChange={set}>
          <option value="">—</option>
          {choices.map(([choice, label]) => (
            <option key={choice} value={choice}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type={kind === 'day' ? 'date' : 'text'}
          {...(kind === 'number' && { inputMode: 'decimal' as const })}
          autoComplete="off"
          value={text}
          onChange={set}
          onBlur={plain}
        />
      )}
      {after}
    </div>
  );
}

/** A number without what people put between its thousands, in plain digits. */
export const plainFigure = (text: string): string => text.normalize('NFKC').trim().replaceAll(',', '');

/** What was left blank is not sent: nothing is defaulted here. */
const inputOf = (fields: readonly Field[], written: Written): Record<string, unknown> =>
  Object.fromEntries(
    fields
      .map(({ name, kind }): [string, unknown] => {
        const value = written[name];
        return [
          name,
          kind === 'year' && value !== '' ? Number(value) : typeof value === 'string' ? value.trim() : value,
        ];
      })
      .filter(([, value]) => value !== '' && value !== false && !(Array.isArray(value) && value.length === 0)),
  );

/** What a scalar does not take is told before there is a payload: `Variable "$input" got invalid value … at "input.value"; …`. */
function problemIn(message: string): Problem | undefined {
  const found = /at "input\.(\w+)[^"]*"; (?:Expected type "[^"]*"\. )?(.*)$/s.exec(message);
  return found ? { path: ['input', found[1] ?? ''], message: found[2] ?? '' } : undefined;
}

/** Of a request. Not `crypto.randomUUID`, which is not there without HTTPS. */
const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
