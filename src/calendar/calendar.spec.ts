import fc from 'fast-check';
import { dayAt, daysBetween, isDay, offsetOn } from './day.js';
import { atDecimals, compareDecimals, isDecimal, ratio, sumOf } from './decimal.js';
import { firstDayOf, fiscalYearOf, japaneseFiscalYear, lastDayOf, yearsOf } from './fiscal-year.js';
import { firstDayOfPeriod, isPeriod, japanesePeriod, lastDayOfPeriod, periodKindOf, yearOfPeriod } from './period.js';

describe('A day', () => {
  it('exists in the calendar', () => {
    for (const day of ['2025-11-20', '2024-02-29', '2000-02-29', '1000-01-01', '9999-12-31'])
      expect({ day, is: isDay(day) }).toEqual({ day, is: true });
    for (const day of [
      '2025-02-29',
      '2026-02-30',
      '1900-02-29',
      '2025-04-31',
      '2025-13-01',
      '2025-00-10',
      '2025-01-00',
      '2025-01-32',
      '0000-01-01',
      '0999-12-31',
    ]) {
      expect({ day, is: isDay(day) }).toEqual({ day, is: false });
    }
  });

  it('is written YYYY-MM-DD and nothing else', () => {
    for (const day of [
      '',
      '2025-1-1',
      '20250101',
      '2025/01/01',
      '2025-01-01T00:00:00Z',
      ' 2025-01-01',
      '2025-01-01\n',
      '+2025-01-01',
      '２０２５-01-01',
    ]) {
      expect({ day, is: isDay(day) }).toEqual({ day, is: false });
    }
  });

  it.each([
    ['2026-11-01', 'Asia/Tokyo', '+09:00'],
    ['2026-11-01', 'UTC', '+00:00'],
    ['2026-11-01', 'America/St_Johns', '-02:30'],
    ['2026-11-02', 'America/St_Johns', '-03:30'],
    ['2026-03-29', 'Europe/Berlin', '+01:00'],
    ['2026-03-30', 'Europe/Berlin', '+02:00'],
  ])('%s begins in %s at %s', (day, timeZone, offset) => {
    expect(offsetOn(day, timeZone)).toBe(offset);
  });

  it('is so many days from another', () => {
    expect(daysBetween('2027-04-30', '2027-05-07')).toBe(7);
    expect(daysBetween('2027-04-30', '2027-04-30')).toBe(0);
    expect(daysBetween('2028-03-01', '2028-02-28')).toBe(-2);
    expect(daysBetween('2027-12-31', '2029-01-01')).toBe(367);
  });

  it('is the day of an instant in the time zone of the plan', () => {
    expect(dayAt(Date.parse('2025-03-31T14:59:59.999Z'), 'Asia/Tokyo')).toBe('2025-03-31');
    expect(dayAt(Date.parse('2025-03-31T15:00:00.000Z'), 'Asia/Tokyo')).toBe('2025-04-01');
    expect(dayAt(Date.parse('2025-03-31T15:00:00.000Z'), 'UTC')).toBe('2025-03-31');
    expect(() => dayAt(0, 'Asia/Toride')).toThrow(RangeError);
  });

  it('of any instant is a day that exists, and days of later instants do not come before', () => {
    const instant = fc.integer({ min: Date.parse('1900-01-01'), max: Date.parse('2200-01-01') });
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [first, second] = [dayAt(Math.min(a, b), 'Asia/Tokyo'), dayAt(Math.max(a, b), 'Asia/Tokyo')];
        expect([isDay(first), isDay(second), first <= second]).toEqual([true, true, true]);
      }),
    );
  });
});

describe('A fiscal year', () => {
  it('goes from April to March', () => {
    expect([firstDayOf(2025), lastDayOf(2025)]).toEqual(['2025-04-01', '2026-03-31']);
    expect(
      ['2025-03-31', '2025-04-01', '2025-12-31', '2026-01-01', '2026-03-31', '2026-04-01'].map(fiscalYearOf),
    ).toEqual([2024, 2025, 2025, 2025, 2025, 2026]);
  });

  it('is one of a range, both ends included', () => {
    expect(yearsOf({ from: 2023, to: 2027 })).toEqual([2023, 2024, 2025, 2026, 2027]);
    expect(yearsOf({ from: 2023, to: 2023 })).toEqual([2023]);
  });

  it('has a Japanese name: the first of an era is 元', () => {
    const names: [number, string][] = [
      [2025, '令和7年度'],
      [2020, '令和2年度'],
      [2019, '令和元年度'],
      [2018, '平成30年度'],
      [1990, '平成2年度'],
      [1989, '平成元年度'],
      [1988, '昭和63年度'],
      [1926, '昭和元年度'],
      [1925, '1925年度'],
    ];
    expect(names.map(([year]) => [year, japaneseFiscalYear(year)])).toEqual(names);
  });
});

describe('A period', () => {
  it('is a fiscal year, a calendar year or a day', () => {
    expect(['FY2021', '2021', '2023-02-28'].map(periodKindOf)).toEqual(['fiscal-year', 'calendar-year', 'day']);
    for (const text of ['', 'FY21', 'fy2021', '21', '02021', '2023-02-29', '2023-02', 'undated', '令和3年', ' 2021'])
      expect({ text, is: isPeriod(text) }).toEqual({ text, is: false });
  });

  it('has a first and a last day', () => {
    const days = (period: string) => [firstDayOfPeriod(period), lastDayOfPeriod(period)];
    expect(days('FY2021')).toEqual(['2021-04-01', '2022-03-31']);
    expect(days('2021')).toEqual(['2021-01-01', '2021-12-31']);
    expect(days('2023-02-28')).toEqual(['2023-02-28', '2023-02-28']);
    expect(['FY2021', '2021', '2023-02-28'].map(yearOfPeriod)).toEqual([2021, 2021, 2023]);
  });

  it('has its Japanese name', () => {
    expect(['FY2021', '2021', '2023-02-28', 'FY2019', '2019', '1988', '1900'].map(japanesePeriod)).toEqual([
      '令和3年度',
      '令和3年',
      '令和5年2月28日',
      '令和元年度',
      '令和元年',
      '昭和63年',
      '1900年',
    ]);
  });
});

describe('A decimal', () => {
  it('is digits, perhaps a sign, perhaps nine decimals', () => {
    for (const text of ['0', '81', '79.6', '-3.5', '007', '999999999999999.999999999'])
      expect({ text, is: isDecimal(text) }).toEqual({ text, is: true });
    for (const text of [
      '',
      '-0',
      '-0.00',
      '.5',
      '5.',
      '+5',
      '1e3',
      '1,430',
      '0x10',
      'NaN',
      'Infinity',
      '1.0000000001',
      '1000000000000000',
      ' 1',
      '1\n',
      '７',
    ]) {
      expect({ text, is: isDecimal(text) }).toEqual({ text, is: false });
    }
  });

  it('compares as a number, not as text', () => {
    expect(compareDecimals('79.60', '79.6')).toBe(0);
    expect(compareDecimals('-0', '0')).toBe(0);
    expect(compareDecimals('9', '10')).toBe(-1);
    expect(compareDecimals('-9', '-10')).toBe(1);
    expect(compareDecimals('0.3', '0.30000000000000004')).toBe(-1);
  });

  it('is shown half up', () => {
    expect([
      atDecimals('79.55', 1),
      atDecimals('79.549999999', 1),
      atDecimals('2.5', 0),
      atDecimals('1.005', 2),
      atDecimals('7', 2),
    ]).toEqual(['79.6', '79.5', '3', '1.01', '7.00']);
    expect([atDecimals('-2.5', 0), atDecimals('-2.4', 0)]).toEqual(['-3', '-2']);
  });
});

describe('A sum', () => {
  it('is exact', () => {
    expect(sumOf(['52.3', '12.6', '8.5', '8.5', '4.7', '3.9', '3.6', '1.0', '0.7', '0.5', '3.8'])).toBe('100.1');
    expect(sumOf(['0.1', '0.2'])).toBe('0.3');
    expect(sumOf([])).toBe('0');
  });
});

describe('A ratio', () => {
  it('is exact, then rounded once', () => {
    expect(ratio('39', '49', 100, 1)).toBe('79.6');
    expect(ratio('39', '49', 100, 0)).toBe('80');
    expect(ratio('39', '49', 100, 9)).toBe('79.591836735');
    expect(ratio('1', '3', 1, 3)).toBe('0.333');
    expect(ratio('2', '3', 1, 3)).toBe('0.667');
  });

  it('rounds halves away from zero', () => {
    expect(ratio('1', '8', 1, 2)).toBe('0.13');
    expect(ratio('1', '2', 1, 0)).toBe('1');
    expect(ratio('3', '2', 1, 0)).toBe('2');
    expect(ratio('5', '2', 1, 0)).toBe('3');
    expect(ratio('-5', '2', 1, 0)).toBe('-3');
    expect(ratio('5', '-2', 1, 0)).toBe('-3');
    expect(ratio('-5', '-2', 1, 0)).toBe('3');
  });

  it('is not moved over a half by a quotient cut off before', () => {
    // 0.4999…: twenty and more nines, as division with a fixed number of places would round up
    expect(ratio('499999999999999', '999999999999999', 1, 0)).toBe('0');
    expect(ratio('500000000000000', '999999999999999', 1, 0)).toBe('1');
    expect(ratio('0.000000001', '999999999999999.999999999', 1, 9)).toBe('0.000000000');
  });

  it('is of zero zero, without a sign', () => {
    expect(ratio('0', '49', 100, 1)).toBe('0.0');
    expect(ratio('-0', '49', 100, 1)).toBe('0.0');
    expect(ratio('-1', '1000', 1, 1)).toBe('0.0');
  });

  it('equals the integer arithmetic of BigInt', () => {
    const decimal = fc
      .tuple(
        fc.boolean(),
        fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }),
        fc.bigInt({ min: 0n, max: 10n ** 9n - 1n }),
        fc.nat(9),
      )
      .map(([negative, whole, part, places]) => ({
        negative,
        whole,
        part: String(part).padStart(9, '0').slice(0, places),
      }))
      .map(({ negative, whole, part }) => `${negative ? '-' : ''}${String(whole)}${part === '' ? '' : `.${part}`}`);
    const billionths = (text: string): bigint => {
      const [whole = '', part = ''] = text.replace('-', '').split('.');
      return BigInt(whole + part.padEnd(9, '0')) * (text.startsWith('-') ? -1n : 1n);
    };
    const abs = (n: bigint): bigint => (n < 0n ? -n : n);
    fc.assert(
      fc.property(decimal, decimal, fc.constantFrom(1, 100), fc.nat(9), (numerator, denominator, factor, decimals) => {
        const [n, d] = [billionths(numerator), billionths(denominator)];
        fc.pre(d !== 0n);
        const scaled = abs(n) * BigInt(factor) * 10n ** BigInt(decimals);
        const units = (scaled * 2n + abs(d)) / (abs(d) * 2n);
        const digits = String(units).padStart(decimals + 1, '0');
        const sign = n < 0n !== d < 0n && units > 0n ? '-' : '';
        const [whole, part] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)];
        expect(ratio(numerator, denominator, factor, decimals)).toBe(
          `${sign}${whole}${decimals > 0 ? `.${part}` : ''}`,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
