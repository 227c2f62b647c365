import type { Word } from './words.js';

export type ReportState = 'RETURNED' | 'LATE' | 'DUE' | 'SUBMITTED' | 'APPROVED';

/** Where a report stands, by sign and word; what its division is to do first stands first. */
export const REPORT_STATES: Readonly<Record<ReportState, readonly [sign: string, word: Word]>> = {
  RETURNED: ['↩', 'stateReturned'],
  LATE: ['▲', 'stateLate'],
  DUE: ['○', 'stateDue'],
  SUBMITTED: ['▷', 'stateSubmitted'],
  APPROVED: ['●', 'stateApproved'],
};
