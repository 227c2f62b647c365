import { graphql, type ResultOf } from './graphql.js';
import type { Place } from './place.js';

/** What every page shows around itself. */
export const FRAME = graphql(`
  query Frame($plan: String!, $asOf: AsOf) {
    ledger {
      size
      checkpoint {
        size
        root
      }
    }
    plan(key: $plan, asOf: $asOf) {
      key
      title
      municipality
      period {
        from
        to
      }
      asOf {
        effectiveOn
        recordedAt
        position
      }
    }
  }
`);

export type Frame = ResultOf<typeof FRAME>;
export type FramedPlan = NonNullable<Frame['plan']>;

export interface Around {
  readonly place: Place;
  /** All that the ledger keeps. */
  readonly plans: readonly { readonly key: string; readonly title: string }[];
  readonly plan: FramedPlan;
  readonly ledger: NonNullable<Frame['ledger']>;
  /** Of the server, at the town. */
  readonly today: string;
}
