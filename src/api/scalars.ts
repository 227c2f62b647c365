import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { isDay } from '../calendar/day.js';
import { isDecimal } from '../calendar/decimal.js';
import { isPeriod } from '../calendar/period.js';
import { isPosition } from '../eventsourcing/position.js';

/** What came is not what the scalar is: GraphQL adds where it stood, and keeps the closed code. */
class ScalarError extends Error {
  readonly extensions: { readonly code: string };
  constructor(code: string, message: string) {
    super(message);
    this.extensions = { code };
  }
}

function scalar(
  name: string,
  description: string,
  code: string,
  says: string,
  parse: (value: unknown) => unknown,
  serialize: (value: unknown) => unknown = (value) => value,
): GraphQLScalarType {
  const parseValue = (value: unknown): unknown => {
    const parsed = parse(value);
    if (parsed === undefined) throw new ScalarError(code, `${says}: ${JSON.stringify(value)}`);
    return parsed;
  };
  const literal = (node: ValueNode): unknown => {
    if (node.kind === Kind.STRING) return node.value;
    if (node.kind === Kind.INT) return name === 'FiscalYear' ? Number(node.value) : node.value;
    if (node.kind === Kind.FLOAT) return node.value;
    return undefined;
  };
  return new GraphQLScalarType({
    name,
    description,
    parseValue,
    serialize,
    parseLiteral: (node) => parseValue(literal(node)),
  });
}

export const DayScalar = scalar(
  'Date',
  "A day that exists, `2026-03-31`, in the plan's time zone.",
  'INVALID_DATE',
  '実在する日付を YYYY-MM-DD で入力してください / not a day that exists (YYYY-MM-DD)',
  (value) => (typeof value === 'string' && isDay(value) ? value : undefined),
);

const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

export const InstantScalar = scalar(
  'DateTime',
  'An instant in RFC 3339, answered in UTC with milliseconds: `2026-12-01T00:00:00.000Z`.',
  'INVALID_DATE_TIME',
  'RFC 3339 の日時を入力してください / not an RFC 3339 instant',
  (value) => {
    if (typeof value !== 'string' || !INSTANT.test(value) || !isDay(value.slice(0, 10))) return undefined;
    const instant = new Date(value);
    return Number.isNaN(instant.getTime()) ? undefined : instant;
  },
  (value) => (value instanceof Date ? value.toISOString() : value),
);

export const FiscalYearScalar = scalar(
  'FiscalYear',
  '`2025` is 令和7年度: April 2025 – March 2026.',
  'INVALID_FISCAL_YEAR',
  '年度を西暦の整数で入力してください / a fiscal year is a whole number such as 2025',
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1000 && value <= 9999 ? value : undefined,
);

export const PeriodScalar = scalar(
  'Period',
  'A fiscal year `"FY2021"`, a calendar year `"2021"`, or a day `"2023-02-28"`.',
  'INVALID_PERIOD',
  '期間を "FY2021"（年度）、"2021"（年）、"2023-02-28"（日）のように入力してください / not a period such as "FY2021", "2021" or "2023-02-28"',
  (value) => (typeof value === 'string' && isPeriod(value) ? value : undefined),
);

export const DecimalScalar = scalar(
  'Decimal',
  'An exact decimal number as a string: `"79.6"`. At most 15 digits before the point and 9 after it.',
  'INVALID_DECIMAL',
  '数値を "79.6" のような文字列で入力してください / not a decimal number such as "79.6"',
  (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && isDecimal(text) ? text : undefined;
  },
);

export const PositionScalar = scalar(
  'Position',
  'A place in the ledger: 20 digits, so that string order is ledger order.',
  'INVALID_POSITION',
  '台帳の位置は20桁の数字です / a position has 20 digits',
  (value) => (typeof value === 'string' && isPosition(value) ? value : undefined),
);
