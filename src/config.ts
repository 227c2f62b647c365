import { z } from 'zod';
import { isTrustworthy } from './access/provider-keys.js';
import type { OpenIdSettings } from './access/openid-provider.js';
import { address } from './settings-file.js';
import { LEDGER_PLACE, LOG_PLACE, REPORTING_PLACE, VIEWS_PLACE, type Places } from './stores.js';

const isAnchor = (place: string): boolean =>
  !/^[a-z][a-z0-9+.-]*:\/\//i.test(place) || (isTrustworthy(place) && address.safeParse(place).success);

const places = z.object({
  /** Folder of the embedded ledger and its views. */
  DAICHO_DATA: z.string().default('./data'),
  /** `sqlite:FILE` or `esdb://…`; default: in the data folder. */
  DAICHO_LEDGER: z.string().regex(LEDGER_PLACE, 'sqlite:FILE, esdb://… or kurrentdb://…').optional(),
  /** `sqlite:FOLDER` or `postgres://…`; default: in the data folder. */
  DAICHO_VIEWS: z.string().regex(VIEWS_PLACE, 'sqlite:FOLDER or postgres://…').optional(),
  /** `sqlite:FILE` or `off`; default: in the data folder. */
  DAICHO_LOG: z.string().regex(LOG_PLACE, 'sqlite:FILE or off').optional(),
  /** File of the key that signs the heads of the evidence log; default: in the data folder. */
  DAICHO_LOG_KEY: z.string().optional(),
  /** Folder of the keys that seal what is known of people; default: in the data folder. */
  DAICHO_PERSON_KEYS: z.string().optional(),
  /** File of the witnesses that are asked to cosign those heads. */
  DAICHO_WITNESSES: z.string().optional(),
  /** A file that those heads are added to, or an address that they are sent to. */
  DAICHO_ANCHOR: z
    .string()
    .refine(isAnchor, 'a file, or https://… (http:// on this machine only) without user and password')
    .optional(),
});

const server = places
  .extend({
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, '0–65535')
      .transform(Number)
      .pipe(z.int().max(65_535))
      .default(3000),
    /** Used as the admin token instead of a generated one. */
    DAICHO_ADMIN_TOKEN: z
      .string()
      .regex(/^[\x21-\x7e]{1,500}$/, 'ASCII without spaces, at most 500 characters')
      .optional(),
    /** OpenID Connect provider whose tokens are taken too, as it stands in their `iss`. */
    DAICHO_OIDC_ISSUER: z
      .string()
      .refine((issuer) => isTrustworthy(issuer) && !/[?#]/.test(issuer), 'https://… (http:// on this machine only)')
      .optional(),
    /** What those tokens are made out to: their `aud`. */
    DAICHO_OIDC_AUDIENCE: z.string().max(500).optional(),
    /** File of those who want to be told of rounds and deadlines. */
    DAICHO_WEBHOOKS: z.string().optional(),
    /** PostgreSQL in whose schema `reporting` the open data is kept, for BI programs. */
    DAICHO_REPORTING: z.string().regex(REPORTING_PLACE, 'postgres://…').optional(),
  })
  .superRefine(({ DAICHO_OIDC_ISSUER: issuer, DAICHO_OIDC_AUDIENCE: audience }, context) => {
    if ((issuer === undefined) === (audience === undefined)) return;
    const path = [issuer === undefined ? 'DAICHO_OIDC_ISSUER' : 'DAICHO_OIDC_AUDIENCE'];
    context.addIssue({ code: 'custom', path, message: 'DAICHO_OIDC_ISSUER and DAICHO_OIDC_AUDIENCE come together' });
  });

type Environment = Readonly<Record<string, string | undefined>>;

/** What a server is started with. @throws Error naming each variable that is not right */
export const readConfig = (environment: Environment): z.output<typeof server> => read(server, environment);

/** @throws Error naming each variable that is not right */
export const readPlaces = (environment: Environment): Places => placesIn(read(places, environment));

export const placesIn = (config: z.output<typeof places>): Places => ({
  dataFolder: config.DAICHO_DATA,
  ledger: config.DAICHO_LEDGER,
  views: config.DAICHO_VIEWS,
  log: config.DAICHO_LOG,
  logKey: config.DAICHO_LOG_KEY,
  personKeys: config.DAICHO_PERSON_KEYS,
  witnesses: config.DAICHO_WITNESSES,
  anchor: config.DAICHO_ANCHOR,
});

export const identityProviderIn = ({
  DAICHO_OIDC_ISSUER: issuer,
  DAICHO_OIDC_AUDIENCE: audience,
}: z.output<typeof server>): OpenIdSettings | undefined =>
  issuer === undefined || audience === undefined ? undefined : { issuer, audience };

/** One that is empty was meant to be something: taken for absent, it would silently begin another ledger. */
const EMPTY = '空です。値を書くか、変数ごと除いてください / empty: give it a value, or leave it out';

function read<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.output<Schema> {
  const result = schema.safeParse(environment);
  const isEmpty = (name: PropertyKey): boolean => environment[String(name)] === '';
  const empty = Object.keys(schema.shape).filter(isEmpty);
  if (result.success && empty.length === 0) return result.data;
  const faults = [
    ...empty.map((name) => `${name}: ${EMPTY}`),
    ...(result.error?.issues ?? [])
      .filter(({ path: [name = ''] }) => !isEmpty(name))
      .map(({ path, message }) => `${path.join('.')}: ${message}`),
  ];
  throw new Error(`環境変数に誤りがあります / an environment variable is not valid: ${faults.join('; ')}`);
}
