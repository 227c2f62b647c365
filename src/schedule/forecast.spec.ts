import fc from 'fast-check';
import { cellsOf, factsAfter, measureAdopted } from '../../test/support/specification.js';
import type { MeasureEvent } from '../plan/lifetime.js';
import { adoptedRow, forecastRow, holds, slipYears, type Row } from './forecast.view.js';
import type { Shift } from './schedule.events.js';
import { scheduleOf } from './schedule.view.js';

type Move = Pick<Shift, 'phase' | 'from' | 'to' | 'cascade'>;

const COUNTER = '検討|構築|運用|⇒|⇒'; // 1-2-1
const TELEWORK = '運用|⇒|運用 検討|構築 運用|⇒'; // 2-3-1

const rowOf = (row: string): Row => adoptedRow({ cells: cellsOf(row), uncertain: [] });
const alone = (phase: string, from: number, to: number): Move => ({ phase, from, to, cascade: false });
const withAllAfter = (phase: string, from: number, to: number): Move => ({ phase, from, to, cascade: true });

/** `検討|⇒|構築|運用|⇒`; years after the period with their number: `…|2029 運用` */
const shown = (row: Row): string =>
  [...row].map(([year, phases]) => [...(year > 2027 ? [String(year)] : []), ...phases].join(' ')).join('|');

const forecast = (row: string, ...moves: Move[]): string => shown(forecastRow(rowOf(row), moves));

it('The forecast is the adopted row until something moves', () => {
  expect(forecast(COUNTER)).toBe(COUNTER);
  expect(forecast(TELEWORK)).toBe(TELEWORK);
});

describe('A phase moves alone', () => {
  it('joins the phases of the year it moves to and leaves ⇒ where the one before goes on', () => {
    expect(forecast(COUNTER, alone('構築', 2024, 2025))).toBe('検討|⇒|構築 運用|⇒|⇒');
    expect(forecast(COUNTER, alone('運用', 2025, 2026))).toBe('検討|構築|⇒|運用|⇒');
  });

  it('leaves an empty cell where nothing goes on', () => {
    expect(forecast(COUNTER, alone('検討', 2023, 2024))).toBe('|検討 構築|運用|⇒|⇒');
    expect(forecast(TELEWORK, alone('運用', 2023, 2024))).toBe('|運用|運用 検討|構築 運用|⇒');
  });

  it('leaves the other phases of its cell', () => {
    expect(forecast(TELEWORK, alone('検討', 2025, 2026))).toBe('運用|⇒|運用|検討 構築 運用|⇒');
    expect(forecast(TELEWORK, alone('運用', 2026, 2027))).toBe('運用|⇒|運用 検討|構築|運用');
    expect(forecast(TELEWORK, alone('構築', 2026, 2027))).toBe('運用|⇒|運用 検討|運用|構築');
  });

  it('may come earlier, and stands after what is there', () => {
    expect(forecast(COUNTER, alone('構築', 2024, 2023))).toBe('検討 構築|⇒|運用|⇒|⇒');
    expect(forecast(TELEWORK, alone('構築', 2026, 2025))).toBe('運用|⇒|運用 検討 構築|運用|⇒');
  });

  it('is one with the same phase in the year it moves to', () => {
    expect(forecast(TELEWORK, alone('運用', 2025, 2026))).toBe('運用|⇒|検討|構築 運用|⇒');
  });
});

describe('A phase moves with all that begin after it', () => {
  it('keeps the distances', () => {
    expect(forecast(COUNTER, withAllAfter('構築', 2024, 2025))).toBe('検討|⇒|構築|運用|⇒');
    expect(forecast(COUNTER, withAllAfter('検討', 2023, 2025))).toBe('||検討|構築|運用');
  });

  it('takes the later phases of its own cell along, not the earlier ones', () => {
    expect(forecast(TELEWORK, withAllAfter('検討', 2025, 2026))).toBe('運用|⇒|運用|検討|構築 運用');
    expect(forecast(TELEWORK, withAllAfter('運用', 2025, 2026))).toBe('運用|⇒|⇒|運用 検討|構築 運用');
    expect(forecast(TELEWORK, withAllAfter('運用', 2023, 2024))).toBe('|運用|⇒|運用 検討|構築 運用');
  });

  it('may come earlier', () => {
    expect(forecast(COUNTER, withAllAfter('構築', 2024, 2023))).toBe('検討 構築|運用|⇒|⇒|⇒');
    expect(forecast(TELEWORK, withAllAfter('検討', 2025, 2024))).toBe('運用|検討|運用 構築|⇒|⇒');
  });

  it('comes back as it went', () => {
    const phases = fc.uniqueArray(fc.constantFrom('計画', '検討', '構築', '運用'), { maxLength: 3 });
    const cells = fc
      .tuple(
        fc.uniqueArray(fc.constantFrom('計画', '検討', '構築', '運用'), { minLength: 1, maxLength: 3 }),
        fc.array(fc.oneof(phases, fc.constant(['⇒'])), { minLength: 4, maxLength: 4 }),
      )
      .map(([first, rest]) => [first, ...rest].map((cell) => cell.join(' ')).join('|'));
    fc.assert(
      fc.property(cells, fc.nat(), fc.integer({ min: 1, max: 6 }), (row, which, years) => {
        const held = [...rowOf(row)].flatMap(([year, cell]) =>
          cell.filter((phase) => phase !== '⇒').map((phase) => ({ year, phase })),
        );
        const { year, phase } = held[which % held.length] ?? { year: 0, phase: '' };
        const [there, back] = [withAllAfter(phase, year, year + years), withAllAfter(phase, year + years, year)];
        expect(forecast(row, there, back)).toBe(row);
        expect(slipYears([there, back])).toBe(0);
      }),
    );
  });
});

describe('A phase moves past the period', () => {
  it('shows the years up to the last that it reaches, ⇒ where a phase goes on', () => {
    expect(forecast(COUNTER, alone('運用', 2025, 2029))).toBe('検討|構築|⇒|⇒|⇒|2028 ⇒|2029 運用');
    expect(forecast(COUNTER, withAllAfter('構築', 2024, 2027))).toBe('検討|⇒|⇒|⇒|構築|2028 運用');
    expect(forecast(TELEWORK, withAllAfter('検討', 2025, 2028))).toBe('運用|⇒|運用|⇒|⇒|2028 検討|2029 構築 運用');
  });

  it('takes the year away again when it comes back', () => {
    expect(forecast(COUNTER, alone('運用', 2025, 2028), alone('運用', 2028, 2025))).toBe(COUNTER);
  });
});

describe('Shifts make a row of moves', () => {
  it('each is applied to what the ones before have made', () => {
    expect(forecast(COUNTER, withAllAfter('構築', 2024, 2025), alone('運用', 2026, 2027))).toBe('検討|⇒|構築|⇒|運用');
    expect(forecast(TELEWORK, alone('検討', 2025, 2026), withAllAfter('構築', 2026, 2027))).toBe(
      '運用|⇒|運用|検討|構築 運用',
    );
  });

  it('add up to the slip', () => {
    const moves = [alone('構築', 2024, 2026), alone('構築', 2026, 2025), withAllAfter('運用', 2025, 2028)];
    expect(slipYears(moves)).toBe(4);
    expect(slipYears(moves.slice(0, 2))).toBe(1);
    expect(slipYears([])).toBe(0);
  });
});

it('A cell that was blank in the plan stays blank', () => {
  expect(forecast('検討|構築|||', alone('構築', 2024, 2025))).toBe('検討|⇒|構築||');
});

it('A row holds a phase in the year in which it begins, not where it goes on', () => {
  const row = rowOf(COUNTER);
  expect(holds(row, 2025, '運用')).toBe(true);
  expect(holds(row, 2026, '運用')).toBe(false);
  expect(holds(row, 2099, '運用')).toBe(false);
});

describe('The schedule as it is read', () => {
  const shifted = (effectiveOn: string, move: Move): MeasureEvent => ({
    type: 'ScheduleShifted',
    effectiveOn,
    data: { planKey: 'toride-5', measureNo: '1-2-1', ...move, reason: '遅れ' },
  });
  const withdrawn = (effectiveOn: string, eventId: string, revision: number): MeasureEvent => ({
    type: 'ScheduleShiftWithdrawn',
    effectiveOn,
    data: { planKey: 'toride-5', measureNo: '1-2-1', withdraws: { eventId, revision }, reason: '誤り' },
  });
  const story = [
    measureAdopted('1-2-1', COUNTER),
    shifted('2025-11-20', withAllAfter('構築', 2024, 2025)),
    shifted('2026-02-01', alone('運用', 2026, 2028)),
  ];
  const read = async (day: string, ...events: MeasureEvent[]) =>
    scheduleOf(await factsAfter(events, day), '1-2-1', { from: 2023, to: 2027 });
  const rows = ({ cells }: ReturnType<typeof scheduleOf>) =>
    cells.map(({ fiscalYear, adopted, forecast }) => [fiscalYear, adopted.join(' '), forecast.join(' ')]);

  it('is the adopted row before a shift holds', async () => {
    const schedule = await read('2025-11-19', ...story);
    expect(rows(schedule)).toEqual([
      [2023, '検討', '検討'],
      [2024, '構築', '構築'],
      [2025, '運用', '運用'],
      [2026, '⇒', '⇒'],
      [2027, '⇒', '⇒'],
    ]);
    expect(schedule).toMatchObject({ shifts: [], slipYears: 0 });
  });

  it('shows each shift from the day on which it holds, and the year after the period', async () => {
    const first = await read('2026-01-31', ...story);
    expect(rows(first)).toEqual([
      [2023, '検討', '検討'],
      [2024, '構築', '⇒'],
      [2025, '運用', '構築'],
      [2026, '⇒', '運用'],
      [2027, '⇒', '⇒'],
    ]);
    expect(first).toMatchObject({ shifts: [{ years: 1, effectiveOn: '2025-11-20' }], slipYears: 1 });

    const both = await read('2026-02-01', ...story);
    expect(rows(both).slice(3)).toEqual([
      [2026, '⇒', '⇒'],
      [2027, '⇒', '⇒'],
      [2028, '', '運用'],
    ]);
    expect(both.cells.map(({ isAfterPeriod }) => isAfterPeriod)).toEqual([false, false, false, false, false, true]);
    expect(both).toMatchObject({ shifts: [{ years: 1 }, { years: 2 }], slipYears: 3 });
  });

  it('forgets a withdrawn shift on all days', async () => {
    const { shifts } = await read('2026-02-01', ...story);
    const schedule = await read('2026-02-01', ...story, withdrawn('2026-02-01', shifts[1]?.entryId ?? '', 2));
    expect(schedule).toMatchObject({ shifts: [{ years: 1 }], slipYears: 1 });
    expect(rows(schedule)).toHaveLength(5);
  });

  it('begins anew with a row that is revised from a later day, and does not count what found no phase there', async () => {
    const revised = (effectiveOn: string): MeasureEvent => ({
      type: 'MeasureRevised',
      effectiveOn,
      data: {
        ...{ planKey: 'toride-5', measureNo: '1-2-1', reason: '計画の改訂' },
        changes: { schedule: { cells: cellsOf('検討|⇒|構築|運用|⇒'), uncertain: [] } },
      },
    });
    const later = await read('2026-04-01', ...story, revised('2026-04-01'));
    expect(rows(later)).toEqual([
      [2023, '検討', '検討'],
      [2024, '⇒', '⇒'],
      [2025, '構築', '構築'],
      [2026, '運用', '運用'],
      [2027, '⇒', '⇒'],
    ]);
    expect(later).toMatchObject({ shifts: [{ years: 1 }, { years: 2 }], slipYears: 0 });
    expect(rows(await read('2026-03-31', ...story, revised('2026-04-01')))).toEqual(
      rows(await read('2026-03-31', ...story)),
    );
    const sameDay = await read('2025-11-20', ...story, revised('2025-11-20'));
    expect(sameDay).toMatchObject({ shifts: [{ years: 1 }], slipYears: 0 });
  });
});
