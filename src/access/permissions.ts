import type { Role } from './access.events.js';

/**
 * Where a role counts: for the whole plan; for a measure that its division answers for (`owner`) or coordinates (調整); for
 * what its division wrote itself (`author`).
 */
export type Allowance = Role | `${Role}@${Place}`;
export type Place = 'owner' | 'coordinating' | 'author';

/** What each mutation asks of its caller: any one of these. An administrator may do all of them, and only he what has none. */
export const PERMISSIONS = {
  // plan
  loadPlan: ['coordinator'],
  enterInitiative: ['coordinator'],
  correctInitiative: ['coordinator'],
  withdrawInitiative: ['coordinator'],
  // revisions of the plan
  reviseMeasure: ['coordinator'],
  correctMeasureRevision: ['coordinator'],
  withdrawMeasureRevision: ['coordinator'],
  reviseTitle: ['coordinator'],
  correctTitleRevision: ['coordinator'],
  withdrawTitleRevision: ['coordinator'],
  splitMeasure: ['coordinator'],
  mergeMeasures: ['coordinator'],
  retireMeasure: ['coordinator'],
  withdrawSuccession: ['coordinator'],
  // progress
  changeMeasureStatus: ['reporter@owner', 'approver@owner'],
  correctMeasureStatus: ['reporter@owner', 'approver@owner'],
  withdrawMeasureStatus: ['reporter@owner', 'approver@owner'],
  draftReport: ['reporter@owner', 'approver@owner'],
  submitReport: ['reporter@owner', 'approver@owner'],
  returnReport: ['approver@owner', 'coordinator', 'reporter@coordinating', 'approver@coordinating'],
  approveReport: ['approver@owner', 'coordinator'],
  correctReport: ['approver@owner'],
  withdrawReport: ['approver@owner'],
  commentOnReport: [
    'reporter@owner',
    'approver@owner',
    'coordinator',
    'reporter@coordinating',
    'approver@coordinating',
  ],
  endMeasure: ['approver@owner', 'coordinator'],
  correctMeasureEnding: ['approver@owner', 'coordinator'],
  withdrawMeasureEnding: ['approver@owner', 'coordinator'],
  // review
  openRound: ['coordinator'],
  changeDeadline: ['coordinator'],
  closeRound: ['coordinator'],
  reopenRound: ['coordinator'],
  evaluateMeasure: ['coordinator'],
  withdrawEvaluation: ['coordinator'],
  closeReview: ['coordinator'],
  reopenReview: ['coordinator'],
  // schedule
  shiftSchedule: ['approver@owner', 'coordinator'],
  withdrawScheduleShift: ['approver@owner', 'coordinator'],
  // KPI
  recordReading: ['coordinator'],
  correctReading: ['coordinator'],
  withdrawReading: ['coordinator'],
  reviseTarget: ['coordinator'],
  withdrawTarget: ['coordinator'],
  reviseKpi: ['coordinator'],
  correctKpiRevision: ['coordinator'],
  withdrawKpiRevision: ['coordinator'],
  // indicators
  recordIndicator: ['coordinator'],
  correctIndicator: ['coordinator'],
  withdrawIndicator: ['coordinator'],
  // committee: whether a member, or its chair, may is told by the post he holds
  seatMember: ['coordinator'],
  unseatMember: ['coordinator'],
  recordMeeting: ['coordinator'],
  addAgendaItem: ['coordinator'],
  withdrawMeeting: ['coordinator'],
  openCirculation: ['coordinator', 'committee'],
  answerCirculation: ['coordinator', 'committee'],
  withdrawCirculationAnswer: ['coordinator', 'committee'],
  withdrawCirculation: ['coordinator', 'committee'],
  closeCirculation: ['coordinator', 'committee'],
  decideAgendaItem: ['coordinator'],
  correctDecision: ['coordinator'],
  withdrawDecision: ['coordinator'],
  completeFollowUp: ['coordinator'],
  reopenFollowUp: ['coordinator'],
  // directory
  establishDivision: ['coordinator'],
  setUpDivision: ['coordinator'],
  renameDivision: ['coordinator'],
  abolishDivision: ['coordinator'],
  defineCollective: ['coordinator'],
  fillPost: ['coordinator'],
  // access
  registerPerson: [],
  describePerson: [],
  erasePerson: [],
  grantRole: [],
  revokeRole: [],
  issueToken: [],
  revokeToken: [],
  issueSignInLink: [],
} as const satisfies Record<string, readonly Allowance[]>;

/** Signing in needs no right. */
export const OPEN_MUTATIONS = ['signIn'] as const;

export type MutationName = keyof typeof PERMISSIONS | (typeof OPEN_MUTATIONS)[number];

export const isMutation = (name: string): name is MutationName =>
  Object.hasOwn(PERMISSIONS, name) || (OPEN_MUTATIONS as readonly string[]).includes(name);

/** Who may read what is not yet public, or never: of the whole plan, of a measure that its division coordinates, its own. */
export const SEES_WORK = [
  'reader',
  'coordinator',
  'auditor',
  'reporter@author',
  'approver@author',
  'reporter@coordinating',
  'approver@coordinating',
] as const satisfies readonly Allowance[];

/** Who may read the work of the whole plan. */
export const SEES_ALL_WORK = ['reader', 'coordinator', 'auditor'] as const satisfies readonly Allowance[];

/** Who may know people, their roles and tokens, and who acted. */
export const SEES_PEOPLE = ['coordinator', 'auditor'] as const satisfies readonly Allowance[];

export const roleOf = (allowance: Allowance): Role => allowance.split('@')[0] as Role;
export const placeOf = (allowance: Allowance): Place | undefined => allowance.split('@')[1] as Place | undefined;
