import { entryId, entryRef, PLAN, specification } from '../../test/support/specification.js';
import { title, type TitleCommand, type TitleOrder } from './title.js';
import type { TitleEvent } from './title.events.js';

const { given } = specification(title);

const of = { planKey: 'toride-5', subject: 'goal/1' };
const former = '便利さを実感できる行政サービスの推進';
const order = (said: TitleOrder, inFile: string | undefined = former): TitleCommand => ({
  ...{ ...said, plan: PLAN, subject: of.subject, inFile, today: '2026-11-23' },
});
const revise = (to: string, effectiveOn?: string): TitleCommand =>
  order({ kind: 'revise', title: to, reason: '表記の統一', effectiveOn });
const revised = (to: string, effectiveOn = '2026-11-23', corrects?: number): TitleEvent => ({
  type: 'TitleRevised',
  effectiveOn,
  data: {
    ...{ ...of, title: to, reason: '表記の統一', decidedBy: undefined, decision: undefined },
    ...(corrects !== undefined && { corrects: entryRef(corrects) }),
  },
});
const withdrawn: TitleEvent = {
  type: 'TitleRevisionWithdrawn',
  effectiveOn: '2026-11-23',
  data: { ...of, withdraws: entryRef(0), reason: '再考' },
};
const withdraw = order({ kind: 'withdraw', entryId: entryId(0), reason: '再考' });
const next = '恩恵を感じられる行政サービスの推進';

describe('A title is revised', () => {
  it('from today or the day given, which may be to come', () => {
    given().when(revise(next)).then(revised(next));
    given().when(revise(next, '2027-04-01')).then(revised(next, '2027-04-01'));
    given().when(revise(next, '2023-03-31')).thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('not into what it is already', () => {
    given().when(revise(former)).thenRefused('NOTHING_TO_REVISE', ['input', 'title']);
    given(revised(next)).when(revise(next)).thenRefused('NOTHING_TO_REVISE', ['input', 'title']);
    given(revised(next)).when(revise(former)).then(revised(former));
  });

  it('of what the plan has', () => {
    given()
      .when({ ...revise(next), inFile: undefined })
      .thenRefused('SUBJECT_NOT_FOUND', ['input', 'subject']);
  });
});

it('A revision of a title is corrected, of another day too, and withdrawn', () => {
  const correct = order({ kind: 'correct', entryId: entryId(0), title: former, reason: '表記の統一' });
  given(revised(next))
    .when(correct)
    .then(revised(former, '2026-11-23', 0));
  given(revised(next))
    .when({ ...correct, effectiveOn: '2027-04-01' })
    .then(revised(former, '2027-04-01', 0));
  given(revised(next)).when(withdraw).then(withdrawn);
  given(revised(next), withdrawn).when(withdraw).thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  given().when(withdraw).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
});
