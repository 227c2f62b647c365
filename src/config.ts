import { z } from 'zod';
import { isTrustworthy } from './access/provider-keys.js';
import type { OpenIdSettings } from './access/openid-provider.js';
import { LEDGER_PLACE, VIEWS_PLACE, type Places } from './stores.js';

const schema = z
  .object({
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, '0–65535')
      .transform(Number)
      .pipe(z.int().max(65_535))
      .default(3000),
    /** Folder of the embedded ledger and its views. */
    DAICHO_DATA: z.string().min(1).default('./data'),
    /** `sqlite:FILE` or `esdb://…`; default: in the data folder. */
    DAICHO_LEDGER: z.string().regex(LEDGER_PLACE, 'sqlite:FILE, esdb://… or kurrentdb://…').optional(),
    /** `sqlite:FOLDER` or `postgres://…`; default: in the data folder. */
    DAICHO_VIEWS: z.string().regex(VIEWS_PLACE, 'sqlite:FOLDER or postgres://…').optional(),
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
  })
  .superRefine(({ DAICHO_OIDC_ISSUER: issuer, DAICHO_OIDC_AUDIENCE: audience }, context) => {
    if ((issuer === undefined) === (audience === undefined)) return;
    const path = [issuer === undefined ? 'DAICHO_OIDC_ISSUER' : 'DAICHO_OIDC_AUDIENCE'];
    context.addIssue({ code: 'custom', path, message: 'DAICHO_OIDC_ISSUER and DAICHO_OIDC_AUDIENCE come together' });
  });

export type Config = z.output<typeof schema>;

/** @throws Error naming each variable that is not right */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`環境変数に誤りがあります / an environment variable is not valid: ${faults}`);
}

export const placesIn = ({ DAICHO_DATA, DAICHO_LEDGER, DAICHO_VIEWS }: Config): Places => ({
  dataFolder: DAICHO_DATA,
  ledger: DAICHO_LEDGER,
  views: DAICHO_VIEWS,
});

export const identityProviderIn = ({
  DAICHO_OIDC_ISSUER: issuer,
  DAICHO_OIDC_AUDIENCE: audience,
}: Config): OpenIdSettings | undefined =>
  issuer === undefined || audience === undefined ? undefined : { issuer, audience };
