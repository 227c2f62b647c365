import {
  cellsOf,
  entryId,
  entryRef,
  measureAdopted,
  PLAN,
  SCALE_1,
  specification,
} from '../../test/support/specification.js';
import { schedule, type ScheduleCommand } from '../schedule/schedule.js';
import { status, type StatusCommand } from '../progress/status.js';
import { initiative, type InitiativeCommand, type InitiativeInput } from './initiative.js';
import type { MeasureEvent } from './lifetime.js';

const { given } = specification(initiative);

const today = '2026-11-20';
const of = { planKey: 'toride-5', measureNo: 'U1' };
const law = {
  title: '住民記録システムの改修',
  goal: '1',
  cause: 'LAW',
  causeNote: '改正住民基本台帳法',
  owners: ['市民課'],
  reason: '施行日までに対応するため',
} as const satisfies InitiativeInput;
const blank = { cells: cellsOf('||||'), uncertain: [] };

const asked = {
  plan: PLAN,
  measureNo: 'U1',
  today,
  isDivision: (key: string, day: string): boolean =>
    ['市民課', '情報管理課'].includes(key) || (key === '広報課' && day < '2026-04-01'),
};
const enter = (more: Partial<InitiativeInput> = {}): InitiativeCommand => ({
  ...asked,
  kind: 'enter',
  ...law,
  ...more,
});
const correct = (revision: number, more: Partial<InitiativeInput> = {}): InitiativeCommand => ({
  ...asked,
  kind: 'correct',
  entryId: entryId(revision),
  ...law,
  reason: '法令名の誤り',
  ...more,
});
const withdraw = (revision: number, reason = '二重の登録'): InitiativeCommand => ({
  ...asked,
  kind: 'withdraw',
  entryId: entryId(revision),
  reason,
});

const entered = (changes: object = {}, effectiveOn = today): MeasureEvent => ({
  type: 'InitiativeEntered',
  effectiveOn,
  data: { ...of, ...law, owners: ['市民課'], coordinators: [], schedule: blank, ...changes },
});
const corrected = (revision: number, changes: object = {}, effectiveOn = today): MeasureEvent => ({
  type: 'InitiativeCorrected',
  effectiveOn,
  data: {
    ...{ ...of, ...law, owners: ['市民課'], coordinators: [], schedule: blank, reason: '法令名の誤り' },
    ...{ corrects: entryRef(revision), ...changes },
  },
});
const withdrawn = (revision: number, effectiveOn = today): MeasureEvent => ({
  type: 'InitiativeWithdrawn',
  effectiveOn,
  data: { ...of, withdraws: entryRef(revision), reason: '二重の登録' },
});

describe('What an unplanned initiative names', () => {
  it('are divisions that are there on its day', () => {
    given()
      .when(enter({ owners: ['市民課', '無課'] }))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'owners', '1']);
    given()
      .when(enter({ coordinators: ['広報課'] }))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'coordinators', '0']);
    given()
      .when(enter({ coordinators: ['広報課'], effectiveOn: '2026-03-31' }))
      .then(entered({ coordinators: ['広報課'] }, '2026-03-31'));
    given(entered())
      .when(correct(0, { owners: ['無課'] }))
      .thenRefused('DIVISION_NOT_FOUND', ['input', 'owners', '0']);
  });

  it('is a schedule in which something begins before it goes on', () => {
    given()
      .when(enter({ schedule: [{ fiscalYear: 2026, phases: ['⇒'] }] }))
      .thenRefused('INVALID_INPUT', ['input', 'schedule']);
  });
});

describe('An unplanned initiative is entered', () => {
  it('with its cause, tied to a goal, from today on', () => {
    given().when(enter()).then(entered());
  });

  it('from the day given, also a future one', () => {
    for (const effectiveOn of ['2026-04-01', '2027-04-01']) {
      given().when(enter({ effectiveOn })).then(entered({}, effectiveOn));
    }
    given()
      .when(enter({ effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('with coordinators, a schedule and the deciding body, years that are not named being blank', () => {
    const more = { coordinators: ['情報管理課'], decidedBy: '情報化推進委員会' };
    given()
      .when(
        enter({
          ...more,
          schedule: [
            { fiscalYear: 2027, phases: ['運用'] },
            { fiscalYear: 2026, phases: ['検討', '構築'] },
          ],
        }),
      )
      .then(entered({ ...more, schedule: { cells: cellsOf('|||検討 構築|運用'), uncertain: [] } }));
  });

  it("in the plan's own words, for years of the plan", () => {
    const cells = (fiscalYear: number, ...phases: string[]) => enter({ schedule: [{ fiscalYear, phases }] });
    given().when(cells(2028, '運用')).thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'schedule']);
    given().when(cells(2022, '運用')).thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'schedule']);
    given().when(cells(2026, '実装')).thenRefused('UNKNOWN_PHASE', ['input', 'schedule']);
    const twice = [2026, 2026].map((fiscalYear) => ({ fiscalYear, phases: ['構築'] }));
    given()
      .when(enter({ schedule: twice }))
      .thenRefused('INVALID_INPUT', ['input', 'schedule']);
  });

  it('for a goal of the plan', () => {
    given()
      .when(enter({ goal: '9' }))
      .thenRefused('GOAL_NOT_FOUND', ['input', 'goal']);
  });

  it('for a reason, and with a note where the cause is another', () => {
    given()
      .when(enter({ reason: '　' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
    for (const causeNote of [undefined, ' \n']) {
      given()
        .when(enter({ cause: 'OTHER', causeNote }))
        .thenRefused('CAUSE_NOTE_REQUIRED', ['input', 'causeNote']);
      given()
        .when(enter({ cause: 'RENEWAL', causeNote }))
        .then(entered({ cause: 'RENEWAL', causeNote }));
    }
    const note = { cause: 'OTHER', causeNote: '市民の要望' } as const;
    given().when(enter(note)).then(entered(note));
  });

  it('once under its number, which is not used again', () => {
    given(entered()).when(enter()).thenNothing();
    given(entered(), withdrawn(0)).when(enter()).thenNothing();
  });
});

describe('The entry of an initiative is corrected', () => {
  it('as a whole, on its day unless another is given', () => {
    const causeNote = '改正戸籍法';
    given(entered({}, '2026-04-01'))
      .when(correct(0, { causeNote }))
      .then(corrected(0, { causeNote }, '2026-04-01'));
    given(entered({}, '2026-04-01'))
      .when(correct(0, { causeNote, effectiveOn: '2026-05-01' }))
      .then(corrected(0, { causeNote }, '2026-05-01'));
  });

  it('again, by naming the correction', () => {
    const story = given(entered(), corrected(0));
    story.when(correct(0)).thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
    story.when(correct(1, { title: '改題' })).then(corrected(1, { title: '改題' }));
  });

  it('under the rules of an entry', () => {
    const story = given(entered());
    story.when(correct(0, { goal: '9' })).thenRefused('GOAL_NOT_FOUND', ['input', 'goal']);
    story.when(correct(0, { reason: ' ' })).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    story
      .when(correct(0, { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
    story.when(correct(3)).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
  });

  it('where there is one: not of a measure of the plan', () => {
    given().when(correct(0)).thenRefused('INITIATIVE_NOT_FOUND', ['input', 'measureNo']);
    given(measureAdopted('1-2-1', '検討|構築|運用|⇒|⇒'))
      .when(correct(0))
      .thenRefused('INITIATIVE_NOT_FOUND', ['input', 'measureNo']);
  });
});

describe('An initiative that was entered by mistake is withdrawn', () => {
  it('from its day on, once, for a reason', () => {
    const story = given(entered({}, '2026-04-01'));
    story.when(withdraw(0)).then(withdrawn(0, '2026-04-01'));
    story.when(withdraw(0, ' ')).thenRefused('REASON_REQUIRED', ['input', 'reason']);
    given(entered(), withdrawn(0)).when(withdraw(0)).thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
    given(entered(), withdrawn(0)).when(correct(0)).thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });
});

describe('An initiative is a measure to all that is recorded about it', () => {
  const cells = { schedule: { cells: cellsOf('|||検討|構築'), uncertain: [] } };
  const report = (effectiveOn?: string): StatusCommand => ({ ...asked, kind: 'change', status: '継続', effectiveOn });
  const move = { phase: '構築', from: 2027, to: 2028, cascade: false, reason: '仕様の確定待ち' };
  const shift: ScheduleCommand = { ...asked, kind: 'shift', ...move };

  it('takes a status from its first day on', () => {
    const story = specification(status).given(entered({}, '2026-10-01'));
    story.when(report('2026-09-30')).thenRefused('EFFECTIVE_BEFORE_MEASURE', ['input', 'effectiveOn']);
    story.when(report('2026-10-01')).then({
      type: 'MeasureStatusChanged',
      effectiveOn: '2026-10-01',
      data: { ...of, status: '継続', scale: SCALE_1, reason: undefined },
    });
  });

  it('moves in its schedule, as corrected', () => {
    const { given: story } = specification(schedule);
    story(entered()).when(shift).thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
    story(entered(), corrected(0, cells))
      .when(shift)
      .then({ type: 'ScheduleShifted', effectiveOn: today, data: { ...of, ...move, decidedBy: undefined } });
    story(entered(cells, '2026-12-01')).when(shift).thenRefused('EFFECTIVE_BEFORE_MEASURE', ['input', 'effectiveOn']);
  });

  it('takes nothing more once it is withdrawn', () => {
    specification(status).given(entered(), withdrawn(0)).when(report()).thenRefused('MEASURE_NOT_FOUND');
    specification(schedule).given(entered(cells), withdrawn(0)).when(shift).thenRefused('MEASURE_NOT_FOUND');
  });

  it('keeps its entry, whatever they record', () => {
    const reported: MeasureEvent = {
      type: 'MeasureStatusChanged',
      effectiveOn: today,
      data: { ...of, status: '継続' },
    };
    given(entered(), reported).when(withdraw(1)).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(entered(), reported).when(withdraw(0)).then(withdrawn(0));
  });
});
