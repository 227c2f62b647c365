import { z } from 'zod';
import type { SubjectAttributes } from '../eventsourcing/catalogue.js';
import { committeeSubject } from './committee.events.js';

/** In `data` of every event type that a decision may have caused: the id of the decision. */
export const cited = { decision: z.uuid().optional() };

/** What cites a decision: `cited/<decision>/<event>`. */
export const CITED = 'cited/';
export const citedBy = (decision: string): string => `${CITED}${decision}/`;

/** What an event says beside what it says of its own subject: that it cites a decision, if it does. */
export const citation = (
  event: string,
  { decision }: { readonly decision?: string | undefined },
): SubjectAttributes[] =>
  decision === undefined ? [] : [{ subject: committeeSubject, attributes: { [citedBy(decision) + event]: true } }];

/** To the version from which on an event type may cite a decision: before, none did. */
export const uncited = (data: object): object => data;
