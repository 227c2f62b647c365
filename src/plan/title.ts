import type { Day } from '../calendar/day.js';
import type { Decider } from '../eventsourcing/decider.js';
import { sameDay, superseded, type Withdrawal } from '../eventsourcing/entries.js';
import { Refusal } from '../problems.js';
import { because, reasonFor, type Cited, type PlanRules } from './plan.js';
import { valueOn, wordingsIn, wordingToReplace, type Wording } from './revision.js';
import { TITLE, type TitleEvent } from './title.events.js';

interface TitleRevision {
  readonly title: string;
  readonly reason: string;
  readonly decidedBy?: string | undefined;
  readonly decisionId?: string | undefined;
  /** Default: today; of a correction, that of the entry. */
  readonly effectiveOn?: Day | undefined;
}

/** What is to be recorded. */
export type TitleOrder =
  | (TitleRevision & { readonly kind: 'revise' })
  | (TitleRevision & { readonly kind: 'correct'; readonly entryId: string })
  | Withdrawal;

export type TitleCommand = TitleOrder & {
  readonly plan: PlanRules;
  /** `plan`, `goal/1`, `policy/1-1` */
  readonly subject: string;
  /** As the plan file has it. `undefined`: the plan has no such subject. */
  readonly inFile: string | undefined;
  readonly today: Day;
  readonly cites?: Cited | undefined;
};

/** The revisions of a title; what the plan file says of it lies in the plan's own stream. */
export type TitleState = readonly Wording[];

export const title: Decider<TitleCommand, TitleState, TitleEvent> = {
  initial: [],

  evolve(state, event) {
    switch (event.type) {
      case 'TitleRevised': {
        const { corrects, title } = event.data;
        const left = corrects ? superseded(state, corrects) : state;
        return [...left, ...wordingsIn(event, { [TITLE]: title }, 'revision')];
      }
      case 'TitleRevisionWithdrawn':
        return superseded(state, event.data.withdraws);
    }
  },

  decide(command, state) {
    const { plan, subject, inFile, today } = command;
    if (inFile === undefined) throw new Refusal('SUBJECT_NOT_FOUND', ['input', 'subject'], subject);
    const of = { planKey: plan.planKey, subject };
    const notBeforePlan = (day: Day): void => {
      if (day < plan.adoptedOn) throw new Refusal('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn'], day);
    };

    switch (command.kind) {
      case 'revise': {
        const { title, effectiveOn = today } = command;
        notBeforePlan(effectiveOn);
        if (title === (valueOn(state, TITLE, effectiveOn) ?? inFile))
          throw new Refusal('NOTHING_TO_REVISE', ['input', 'title'], title);
        return [{ type: 'TitleRevised', effectiveOn, data: { ...of, title, ...because(command) } }];
      }
      case 'correct': {
        const { title } = command;
        const wording = wordingToReplace(state, command.entryId);
        const { eventId, revision } = wording;
        const { effectiveOn = wording.effectiveOn } = command;
        notBeforePlan(effectiveOn);
        const data = { ...of, title, corrects: { eventId, revision }, ...because(command) };
        return [{ type: 'TitleRevised', effectiveOn, data }];
      }
      case 'withdraw': {
        const wording = wordingToReplace(state, command.entryId);
        sameDay(wording, command.effectiveOn);
        const { eventId, revision, effectiveOn } = wording;
        const data = { ...of, withdraws: { eventId, revision }, reason: reasonFor(command.reason) };
        return [{ type: 'TitleRevisionWithdrawn', effectiveOn, data }];
      }
    }
  },
};
