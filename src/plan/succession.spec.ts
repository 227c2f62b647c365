import {
  cellsOf,
  entryId,
  entryRef,
  factsAfter,
  measureAdopted,
  PLAN,
  recorded,
  refusalOf,
  specification,
} from '../../test/support/specification.js';
import { fold } from '../eventsourcing/decider.js';
import { Refusal } from '../problems.js';
import { lifetimeOf, thereIn, type MeasureEvent } from './lifetime.js';
import { endToWithdraw, succession, told, type SuccessionCommand, type SuccessionInput } from './succession.js';
import type { Succession, Successor } from './succession.events.js';
import { successionsIn } from './succession.view.js';

const { given } = specification(succession);

const id = entryId(90);
const split: Succession = {
  ...{ succession: id, kind: 'SPLIT', predecessors: ['1-2-1'], successors: ['1-2-6', '1-2-7'] },
  ...{ reason: '窓口と予約を分けて進めるため', decidedBy: '情報化推進委員会' },
};
const window: Successor = {
  ...{ title: '書かない窓口', policy: '1-2', owners: ['市民課'], coordinators: [] },
  schedule: { cells: cellsOf('||||運用'), uncertain: [] },
};
const day = '2027-04-01';
const of = (measureNo: string) => ({ planKey: 'toride-5', measureNo });
const adopted = measureAdopted('1-2-1', '検討|構築|運用|⇒|⇒');

const succeed = (said: Succession = split, effectiveOn = day, completes = true): SuccessionCommand => ({
  ...{ kind: 'succeed', plan: PLAN, measureNo: '1-2-1', said, decision: undefined, effectiveOn },
  completes,
  path: ['input', 'measureNo'],
});
const enter = (said = split, measureNo = '1-2-6'): SuccessionCommand => ({
  ...{ kind: 'enter', plan: PLAN, measureNo, said: { ...said, ...window }, decision: undefined, effectiveOn: day },
  path: ['input', 'into', '0', 'no'],
});
const withdraw = (measureNo: string): SuccessionCommand => ({
  ...{ kind: 'withdraw', plan: PLAN, measureNo, succession: id, reason: '再考' },
});
const succeeded = (said: Succession = split, measureNo = '1-2-1'): MeasureEvent => ({
  type: 'MeasureSucceeded',
  effectiveOn: day,
  data: { ...of(measureNo), ...said, decision: undefined },
});
const entered = (measureNo = '1-2-6', said: Succession = split): MeasureEvent => ({
  type: 'SuccessorEntered',
  effectiveOn: day,
  data: { ...of(measureNo), ...said, ...window, decision: undefined },
});
const comesBack = (revision: number): MeasureEvent => ({
  type: 'MeasureSuccessionWithdrawn',
  effectiveOn: day,
  data: { ...of('1-2-1'), withdraws: entryRef(revision), reason: '再考' },
});
const goes = (revision: number, measureNo = '1-2-6'): MeasureEvent => ({
  type: 'SuccessorWithdrawn',
  effectiveOn: day,
  data: { ...of(measureNo), withdraws: entryRef(revision), reason: '再考' },
});
const another: Succession = { ...split, succession: entryId(91) };

describe('A measure gives way', () => {
  it('not before what was recorded of it, unless that was taken back', () => {
    const status: MeasureEvent = {
      type: 'MeasureStatusChanged',
      effectiveOn: day,
      data: { ...of('1-2-1'), status: '継続', scale: { key: 'toride-status', version: 1 }, reason: undefined },
    };
    const takenBack: MeasureEvent = {
      type: 'MeasureStatusWithdrawn',
      effectiveOn: day,
      data: { ...of('1-2-1'), withdraws: entryRef(1), reason: '誤り' },
    };
    given(adopted, status).when(succeed()).thenRefused('EFFECTIVE_BEFORE_LAST_ENTRY', ['input', 'effectiveOn']);
    given(adopted, { ...status, effectiveOn: '2027-03-31' })
      .when(succeed())
      .then(succeeded());
    given(adopted, status, takenBack).when(succeed()).then(succeeded());
  });

  it('from a day on, once', () => {
    given(adopted).when(succeed()).then(succeeded());
    given(adopted, succeeded()).when(succeed(another)).thenRefused('MEASURE_SUCCEEDED', ['input', 'measureNo']);
    given(adopted, succeeded()).when(succeed()).thenRefused('MEASURE_SUCCEEDED', ['input', 'measureNo']);
    given(adopted, succeeded())
      .when(succeed(split, day, false))
      .thenNothing();
  });

  it('while it is there, and a measure of the plan', () => {
    given().when(succeed()).thenRefused('MEASURE_NOT_FOUND', ['input', 'measureNo']);
    given(adopted).when(succeed(split, '2023-03-31')).thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
    const ended: MeasureEvent = {
      type: 'MeasureEnded',
      effectiveOn: '2026-04-01',
      data: { ...of('1-2-1'), ending: 'STOPPED', reason: '中止' },
    };
    given(adopted, ended).when(succeed()).thenRefused('MEASURE_ENDED', ['input', 'measureNo']);
    const unplanned: MeasureEvent = {
      type: 'InitiativeEntered',
      effectiveOn: '2026-04-01',
      data: {
        ...{ ...of('U1'), title: '改修', goal: '1', cause: 'LAW', owners: ['市民課'], coordinators: [] },
        ...{ schedule: window.schedule, reason: '新法' },
      },
    };
    given(unplanned).when(succeed()).thenRefused('MEASURE_NOT_FOUND', ['input', 'measureNo']);
  });

  it('and is there again when that is withdrawn', () => {
    given(adopted, succeeded()).when(withdraw('1-2-1')).then(comesBack(1));
    given(adopted, succeeded(), comesBack(1)).when(withdraw('1-2-1')).thenNothing();
    given(adopted, succeeded(), comesBack(1)).when(succeed(another)).then(succeeded(another));
  });

  it('by an entry that is named', () => {
    const after = (...events: MeasureEvent[]) => fold(succession, recorded(events));
    const named = { entryId: entryId(1) };
    expect(endToWithdraw(after(adopted, succeeded()), '1-2-1', named).successors).toEqual(split.successors);
    expect(refusalOf(() => endToWithdraw(after(adopted), '1-2-1', named)).code).toBe('SUCCESSION_NOT_FOUND');
    expect(refusalOf(() => endToWithdraw(after(adopted, succeeded(), comesBack(1)), '1-2-1', named))).toMatchObject({
      code: 'ENTRY_SUPERSEDED',
      path: ['input', 'entryId'],
    });
  });
});

describe('A measure takes a place', () => {
  it('under a number that was never used', () => {
    given().when(enter()).then(entered());
    given(entered()).when(enter()).thenNothing();
    given(entered()).when(enter(another)).thenRefused('MEASURE_EXISTS', ['input', 'into', '0', 'no']);
    given(adopted).when(enter(split, '1-2-1')).thenRefused('MEASURE_EXISTS', ['input', 'into', '0', 'no']);
  });

  it('which stays used when it is withdrawn', () => {
    given(entered()).when(withdraw('1-2-6')).then(goes(0));
    given(entered(), goes(0)).when(withdraw('1-2-6')).thenNothing();
    given(entered(), goes(0)).when(enter()).thenRefused('MEASURE_EXISTS', ['input', 'into', '0', 'no']);
  });
});

describe('A succession is told', () => {
  const around = {
    plan: PLAN,
    today: '2026-11-23',
    divisionNamed: (name: string, _day: string, path: readonly string[]) => {
      if (name !== '市民課') throw new Refusal('DIVISION_NOT_FOUND', path, name);
      return name;
    },
  };
  const two = ['1-2-6', '1-2-7'].map((no) => ({ no, title: no, owners: ['市民課'] }));
  const input: SuccessionInput = { kind: 'SPLIT', predecessors: ['1-2-1'], successors: two, reason: '分ける' };
  const refused = (change: Partial<SuccessionInput>): object => {
    const { code, path } = refusalOf(() => told({ ...input, ...change }, around));
    return { code, path };
  };

  it('with a whole row for each, from today or the day given', () => {
    const said = told({ ...input, effectiveOn: day }, around);
    expect(said).toMatchObject({ successors: ['1-2-6', '1-2-7'], effectiveOn: day });
    expect(said.entered[0]).toEqual({
      ...{ title: '1-2-6', policy: '1-2', owners: ['市民課'], coordinators: [] },
      schedule: { cells: cellsOf('||||'), uncertain: [] },
    });
    expect(told(input, around).effectiveOn).toBe(around.today);
  });

  it.each<[string, Partial<SuccessionInput>, object]>([
    ['a split into one', { successors: two.slice(0, 1) }, { code: 'TOO_FEW_MEASURES', path: ['input', 'into'] }],
    [
      'a merger of one',
      { kind: 'MERGER', successors: two.slice(0, 1) },
      { code: 'TOO_FEW_MEASURES', path: ['input', 'measureNos'] },
    ],
    [
      'a merger of one with itself',
      { kind: 'MERGER', predecessors: ['1-2-1', '1-2-1'], successors: two.slice(0, 1) },
      { code: 'INVALID_INPUT', path: ['input', 'measureNos', '1'] },
    ],
    [
      'one number for two',
      { successors: two.map((one) => ({ ...one, no: '1-2-6' })) },
      { code: 'MEASURE_EXISTS', path: ['input', 'into', '1', 'no'] },
    ],
    [
      'a number of no policy',
      { successors: two.map((one) => ({ ...one, no: `9-${one.no}` })) },
      { code: 'MEASURE_NOT_OF_POLICY', path: ['input', 'into', '0', 'no'] },
    ],
    [
      'an owner who is not there',
      { successors: two.map((one) => ({ ...one, owners: ['市民課', '未知課'] })) },
      { code: 'DIVISION_NOT_FOUND', path: ['input', 'into', '0', 'owners', '1'] },
    ],
    [
      'a word that the plan does not have',
      { successors: two.map((one) => ({ ...one, schedule: cellsOf('実装') })) },
      { code: 'UNKNOWN_PHASE', path: ['input', 'into', '0', 'schedule'] },
    ],
    ['no reason', { reason: ' ' }, { code: 'REASON_REQUIRED', path: ['input', 'reason'] }],
  ])('not as %s', (_, change, problem) => {
    expect(refused(change)).toEqual(problem);
  });
});

describe('What is said of a year', () => {
  const lifetime = (...events: MeasureEvent[]) => fold(lifetimeOf, recorded(events));
  const refused = (year: number, ...events: MeasureEvent[]): object => {
    const { code, path } = refusalOf(() => {
      thereIn(year, { from: 2023, to: 2027 }, lifetime(...events), '1-2-1');
    });
    return { code, path };
  };

  it('is said of a year in which the measure was there', () => {
    expect(() => {
      thereIn(2026, { from: 2023, to: 2027 }, lifetime(adopted, succeeded()), '1-2-1');
    }).not.toThrow();
    expect(refused(2027, adopted, succeeded())).toEqual({ code: 'MEASURE_SUCCEEDED', path: ['input', 'fiscalYear'] });
    expect(refused(2026, entered())).toEqual({ code: 'EFFECTIVE_BEFORE_MEASURE', path: ['input', 'fiscalYear'] });
    expect(refused(2026)).toEqual({ code: 'MEASURE_NOT_FOUND', path: ['input', 'measureNo'] });
  });
});

describe('A succession shows', () => {
  const shown = async (...events: MeasureEvent[]) => {
    const { origins, ends } = successionsIn(await factsAfter(events, day));
    return [[...ends.keys()], [...origins.keys()]];
  };

  it('when all of its measures have it, and not before', async () => {
    expect(await shown(entered('1-2-6'))).toEqual([[], []]);
    expect(await shown(entered('1-2-6'), entered('1-2-7'))).toEqual([[], []]);
    expect(await shown(entered('1-2-6'), entered('1-2-7'), succeeded())).toEqual([['1-2-1'], ['1-2-6', '1-2-7']]);
  });

  it('of a merger when the last has given way', async () => {
    const merger: Succession = { ...split, kind: 'MERGER', predecessors: ['1-2-1', '1-2-2'], successors: ['1-2-6'] };
    const first = [entered('1-2-6', merger), succeeded(merger, '1-2-1')];
    expect(await shown(...first)).toEqual([[], []]);
    expect(await shown(...first, succeeded(merger, '1-2-2'))).toEqual([['1-2-1', '1-2-2'], ['1-2-6']]);
  });
});
