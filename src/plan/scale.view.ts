import type { Day } from '../calendar/day.js';
import type { Facts } from '../eventsourcing/timeline.js';
import { planSubject, SCALE, type Neutral, type Scale, type ScaleRef, type Shape } from './plan.events.js';

export interface ScaleCodeView {
  readonly code: string;
  readonly label: string;
  readonly labelEn: string;
  readonly order: number;
  readonly sign: string | null;
  readonly meaning: string | null;
  readonly meaningEn: string | null;
  readonly shape: Shape | null;
  readonly needsCause: boolean;
  /** `null`: not mapped. */
  readonly neutral: Neutral | null;
}

export interface ScaleView {
  readonly key: string;
  readonly version: number;
  /** The day from which another version was in force in its place; `null`: it is in force. */
  readonly replacedOn: Day | null;
  /** In the scale's order. */
  readonly codes: readonly ScaleCodeView[];
}

/** All versions that the facts speak of, the one in force last. */
export function scalesIn(facts: Facts): { readonly all: readonly ScaleView[]; readonly inForce: ScaleView } {
  const current = facts.get<Scale>(planSubject, 'statusScale');
  if (!current) throw new Error('the timeline has a plan without statusScale');
  const inForce = viewOf(current.value, null);
  const former = facts
    .entries<Scale>(planSubject, SCALE)
    .map(({ value, effectiveFrom }) => viewOf(value, effectiveFrom))
    .sort((a, b) => a.version - b.version);
  return { all: [...former, inForce], inForce };
}

const viewOf = ({ key, version, codes }: Scale, replacedOn: Day | null): ScaleView => ({
  key,
  version,
  replacedOn,
  codes: codes.map(codeOf).sort((a, b) => a.order - b.order),
});

type Code = Scale['codes'][number];

const codeOf = ({ code, label, order, sign, meaning, shape, needsCause, neutral }: Code): ScaleCodeView => ({
  code,
  label: label.ja,
  labelEn: label.en,
  order,
  sign: sign ?? null,
  meaning: meaning?.ja ?? null,
  meaningEn: meaning?.en ?? null,
  shape: shape ?? null,
  needsCause: needsCause ?? false,
  neutral: neutral ?? null,
});

/** Of which version of the scale it is. */
export interface VersionedCodeView extends ScaleCodeView {
  readonly scaleVersion: number;
}

/**
 * A code as the version words it in which it was given: the one named, else the one in force on its day. A code that was
 * recorded before versions were, and that its version does not hold, speaks for itself.
 */
export function codeIn(
  scales: readonly ScaleView[],
  code: string,
  given: ScaleRef | undefined,
  day: Day,
): VersionedCodeView {
  const scale = scales.find(({ key, version, replacedOn }) =>
    given ? key === given.key && version === given.version : replacedOn === null || day < replacedOn,
  );
  const found = scale?.codes.find((candidate) => candidate.code === code);
  const scaleVersion = scale?.version ?? given?.version ?? 1;
  return { ...(found ?? codeOf({ code, label: { ja: code, en: code }, order: 0 })), scaleVersion };
}
