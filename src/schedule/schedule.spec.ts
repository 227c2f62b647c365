import { cellsOf, entryId, entryRef, measureAdopted, PLAN, specification } from '../../test/support/specification.js';
import type { MeasureEvent } from '../plan/lifetime.js';
import { schedule, type ScheduleCommand } from './schedule.js';

const { given } = specification(schedule);

const today = '2025-11-20';
const counter = measureAdopted('1-2-1', '検討|構築|運用|⇒|⇒');
const telework = measureAdopted('2-3-1', '運用|⇒|運用 検討|構築 運用|⇒');

interface More {
  readonly cascade?: boolean;
  readonly effectiveOn?: string;
  readonly reason?: string;
  readonly decidedBy?: string;
}

const shift = (
  phase: string,
  from: number,
  to: number,
  { cascade = false, reason = '仕様の調整', ...more }: More = {},
): ScheduleCommand => ({
  ...{ plan: PLAN, measureNo: '1-2-1', today },
  ...{ kind: 'shift', phase, from, to, cascade, reason, ...more },
});
const withdraw = (revision: number, reason = '誤って入力'): ScheduleCommand => ({
  ...{ plan: PLAN, measureNo: '1-2-1', today },
  ...{ kind: 'withdraw', entryId: entryId(revision), reason },
});

const of = { planKey: 'toride-5', measureNo: '1-2-1' };
const shifted = (
  phase: string,
  from: number,
  to: number,
  { cascade = false, effectiveOn = today, reason = '仕様の調整', decidedBy }: More = {},
): MeasureEvent => ({
  type: 'ScheduleShifted',
  effectiveOn,
  data: { ...of, phase, from, to, cascade, reason, decidedBy },
});
const withdrawn = (revision: number, effectiveOn = today): MeasureEvent => ({
  type: 'ScheduleShiftWithdrawn',
  effectiveOn,
  data: { ...of, withdraws: entryRef(revision), reason: '誤って入力' },
});

describe('A phase is shifted', () => {
  it('from today on when no day is given', () => {
    given(counter)
      .when(shift('構築', 2024, 2025))
      .then(shifted('構築', 2024, 2025));
  });

  it('with all that begin after it, by the body that decided it', () => {
    const more = { cascade: true, decidedBy: '情報化推進委員会' };
    given(counter)
      .when(shift('構築', 2024, 2025, more))
      .then(shifted('構築', 2024, 2025, more));
  });

  it('by a recorded decision, which stands', () => {
    const decision = '5f6d0f3e-2b1c-8a4d-9e5f-0a1b2c3d4e5f';
    const citing = (stands: boolean): ScheduleCommand => ({
      ...shift('構築', 2024, 2025),
      cites: { id: decision, stands },
    });
    const expected = shifted('構築', 2024, 2025);
    given(counter)
      .when(citing(true))
      .then({ ...expected, data: { ...expected.data, decision } } as MeasureEvent);
    given(counter).when(citing(false)).thenRefused('DECISION_NOT_FOUND', ['input', 'decisionId']);
  });

  it('from a past or a future day on, as it was decided', () => {
    for (const effectiveOn of ['2023-04-01', '2025-11-19', '2026-04-01']) {
      given(counter)
        .when(shift('構築', 2024, 2025, { effectiveOn }))
        .then(shifted('構築', 2024, 2025, { effectiveOn }));
    }
    given(counter)
      .when(shift('構築', 2024, 2025, { effectiveOn: '2023-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_PLAN', ['input', 'effectiveOn']);
  });

  it('to an earlier year of the period, or past the period', () => {
    given(counter)
      .when(shift('構築', 2024, 2023))
      .then(shifted('構築', 2024, 2023));
    given(counter)
      .when(shift('運用', 2025, 2028))
      .then(shifted('運用', 2025, 2028));
    given(counter)
      .when(shift('運用', 2025, 2047))
      .then(shifted('運用', 2025, 2047));
  });

  it('not before the period, nor without bound after it', () => {
    given(counter)
      .when(shift('構築', 2024, 2022))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'to']);
    given(counter)
      .when(shift('構築', 2024, 2048))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'to']);
    given(counter)
      .when(shift('構築', 2024, 2047, { cascade: true }))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'to']);
    given(counter)
      .when(shift('構築', 2022, 2024))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'from']);
    given(counter)
      .when(shift('構築', 2048, 2024))
      .thenRefused('FISCAL_YEAR_OUTSIDE_PLAN', ['input', 'from']);
  });

  it('somewhere else than where it is', () => {
    given(counter)
      .when(shift('構築', 2024, 2024))
      .thenRefused('NOTHING_TO_SHIFT', ['input', 'to']);
  });

  it('for a reason', () => {
    given(counter)
      .when(shift('構築', 2024, 2025, { reason: '　' }))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });

  it('in a measure that the plan has', () => {
    given()
      .when(shift('構築', 2024, 2025))
      .thenRefused('MEASURE_NOT_FOUND', ['input', 'measureNo']);
  });

  it('in the words of the plan: ⇒ is none', () => {
    given(counter)
      .when(shift('実装', 2024, 2025))
      .thenRefused('UNKNOWN_PHASE', ['input', 'phase']);
    given(counter)
      .when(shift('⇒', 2026, 2027))
      .thenRefused('UNKNOWN_PHASE', ['input', 'phase']);
  });

  it('from a year that holds it, among others perhaps', () => {
    given(counter)
      .when(shift('構築', 2025, 2026))
      .thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
    given(counter)
      .when(shift('運用', 2026, 2027))
      .thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
    given(telework)
      .when(shift('検討', 2025, 2026))
      .then(shifted('検討', 2025, 2026));
    given(telework)
      .when(shift('運用', 2026, 2027))
      .then(shifted('運用', 2026, 2027));
    given(telework)
      .when(shift('構築', 2025, 2026))
      .thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
  });
});

describe('A phase is shifted again', () => {
  it('from where the forecast holds it now', () => {
    const story = given(counter, shifted('構築', 2024, 2025, { cascade: true }));
    story.when(shift('構築', 2024, 2026)).thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
    story.when(shift('運用', 2025, 2026)).thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
    story.when(shift('構築', 2025, 2026)).then(shifted('構築', 2025, 2026));
    story.when(shift('運用', 2026, 2027)).then(shifted('運用', 2026, 2027));
  });

  it('takes no other phase along without cascade', () => {
    given(counter, shifted('構築', 2024, 2025))
      .when(shift('運用', 2025, 2026))
      .then(shifted('運用', 2025, 2026));
  });

  it('takes the later phases of its cell along with cascade', () => {
    const story = given(telework, shifted('検討', 2025, 2026, { cascade: true }));
    story.when(shift('運用', 2025, 2026)).then(shifted('運用', 2025, 2026));
    story.when(shift('構築', 2027, 2028)).then(shifted('構築', 2027, 2028));
    story.when(shift('構築', 2026, 2028)).thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
  });

  it('back to where it was, also from after the period', () => {
    given(counter, shifted('運用', 2025, 2029))
      .when(shift('運用', 2029, 2025))
      .then(shifted('運用', 2029, 2025));
    given(counter, shifted('構築', 2024, 2025), shifted('構築', 2025, 2024))
      .when(shift('構築', 2024, 2026))
      .then(shifted('構築', 2024, 2026));
  });

  it('not from a day before the last shift', () => {
    const story = given(counter, shifted('構築', 2024, 2025, { effectiveOn: '2026-04-01' }));
    story.when(shift('構築', 2025, 2026)).thenRefused('EFFECTIVE_BEFORE_LAST_SHIFT', ['input', 'effectiveOn']);
    story
      .when(shift('構築', 2025, 2026, { effectiveOn: '2026-03-31' }))
      .thenRefused('EFFECTIVE_BEFORE_LAST_SHIFT', ['input', 'effectiveOn']);
    story
      .when(shift('構築', 2025, 2026, { effectiveOn: '2026-04-01' }))
      .then(shifted('構築', 2025, 2026, { effectiveOn: '2026-04-01' }));
  });

  it('as if a withdrawn shift had never been, its day included', () => {
    const story = given(
      counter,
      shifted('構築', 2024, 2025, { effectiveOn: '2026-04-01' }),
      withdrawn(1, '2026-04-01'),
    );
    story.when(shift('構築', 2024, 2026)).then(shifted('構築', 2024, 2026));
    story.when(shift('構築', 2025, 2026)).thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
  });
});

describe('A shift is withdrawn', () => {
  const twice = [counter, shifted('構築', 2024, 2025), shifted('構築', 2025, 2026, { effectiveOn: '2026-01-15' })];

  it('on the day from which it held', () => {
    given(...twice)
      .when(withdraw(2))
      .then(withdrawn(2, '2026-01-15'));
  });

  it('last first', () => {
    given(...twice)
      .when(withdraw(1))
      .thenRefused('NOT_LAST_SHIFT', ['input', 'entryId']);
    given(...twice, withdrawn(2, '2026-01-15'))
      .when(withdraw(1))
      .then(withdrawn(1));
  });

  it('once', () => {
    given(...twice, withdrawn(2, '2026-01-15'))
      .when(withdraw(2))
      .thenRefused('ENTRY_SUPERSEDED', ['input', 'entryId']);
  });

  it('when it is one', () => {
    given(...twice)
      .when(withdraw(0))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given(...twice)
      .when(withdraw(9))
      .thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
    given().when(withdraw(1)).thenRefused('MEASURE_NOT_FOUND', ['input', 'measureNo']);
  });

  it('for a reason', () => {
    given(...twice)
      .when(withdraw(2, ' '))
      .thenRefused('REASON_REQUIRED', ['input', 'reason']);
  });
});

it('A revision of the plan changes the adopted row under the shifts', () => {
  const revised: MeasureEvent = {
    type: 'MeasureRevised',
    effectiveOn: '2023-04-01',
    data: {
      ...of,
      changes: { schedule: { cells: cellsOf('検討|検討|構築|運用|⇒'), uncertain: [] } },
      reason: '計画の改訂',
    },
  };
  const retitled: MeasureEvent = {
    type: 'MeasureRevised',
    effectiveOn: '2023-04-01',
    data: { ...of, changes: { title: '別の題' }, reason: '誤記' },
  };
  const story = given(counter, revised, retitled);
  story.when(shift('構築', 2024, 2025)).thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
  story.when(shift('構築', 2025, 2026)).then(shifted('構築', 2025, 2026));
});

it('A revision from a later day is a new row: what moved before is in it', () => {
  const revised = (row: string, corrects?: number): MeasureEvent => ({
    type: 'MeasureRevised',
    effectiveOn: '2026-04-01',
    data: {
      ...{ ...of, changes: { schedule: { cells: cellsOf(row), uncertain: [] } }, reason: '計画の改訂' },
      ...(corrects !== undefined && { corrects: entryRef(corrects) }),
    },
  });
  const april = { effectiveOn: '2026-04-01' };
  const moved = [counter, shifted('構築', 2024, 2025)];
  const story = given(...moved, revised('検討|⇒|⇒|構築|運用'));
  story.when(shift('構築', 2025, 2026)).then(shifted('構築', 2025, 2026));
  story.when(shift('構築', 2025, 2026, april)).thenRefused('PHASE_NOT_IN_YEAR', ['input', 'from']);
  story.when(shift('構築', 2026, 2027, april)).then(shifted('構築', 2026, 2027, april));

  given(...moved, revised('検討|⇒|⇒|構築|運用'), revised('検討|⇒|構築|運用|⇒', 2))
    .when(shift('構築', 2025, 2026, april))
    .then(shifted('構築', 2025, 2026, april));
  const taken: MeasureEvent = {
    type: 'MeasureRevisionWithdrawn',
    effectiveOn: '2026-04-01',
    data: { ...of, attribute: 'schedule', withdraws: entryRef(2), reason: '再考' },
  };
  given(...moved, revised('検討|⇒|⇒|構築|運用'), taken)
    .when(shift('構築', 2025, 2026, april))
    .then(shifted('構築', 2025, 2026, april));
});

it('A shift is not touched by the status reports of the same stream', () => {
  const reports: MeasureEvent[] = [
    { type: 'MeasureStatusChanged', effectiveOn: '2025-12-01', data: { ...of, status: '継続' } },
    {
      type: 'MeasureStatusCorrected',
      effectiveOn: '2025-12-01',
      data: { ...of, status: '調整', corrects: entryRef(2), reason: '誤記' },
    },
    {
      type: 'MeasureStatusWithdrawn',
      effectiveOn: '2025-12-01',
      data: { ...of, withdraws: entryRef(3), reason: '誤記' },
    },
  ];
  const story = given(counter, shifted('構築', 2024, 2025), ...reports);
  story.when(withdraw(2)).thenRefused('ENTRY_NOT_FOUND', ['input', 'entryId']);
  story.when(withdraw(1)).then(withdrawn(1));
});
