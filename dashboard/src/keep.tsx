import type { Place } from './place.js';

/** In a form: what of an address stays as it is, and what else is to be asked. */
export const Keep = ({
  place: { plan, on, known, language },
  moment = true,
  asked = {},
}: {
  readonly place: Place;
  /** Whether the day and what was known stay, too. */
  readonly moment?: boolean;
  readonly asked?: Readonly<Record<string, string | undefined>>;
}) =>
  Object.entries({ plan, lang: language === 'en' ? 'en' : undefined, ...(moment && { on, known }), ...asked }).map(
    ([name, value]) => value !== undefined && <input key={name} type="hidden" name={name} value={value} />,
  );
