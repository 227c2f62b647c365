import { HttpException } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { Refusal, type ProblemCode } from '../problems.js';
import { OwnApiError } from './own-api.js';
import { problemOf } from './problem.types.js';

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  IDENTITY_PROVIDER_UNREACHABLE: 503,
  INVALID_INPUT: 400,
  PLAN_NOT_FOUND: 404,
  MEASURE_NOT_FOUND: 404,
  FISCAL_YEAR_OUTSIDE_PLAN: 404,
  TABLE_NOT_FOUND: 404,
  REPORT_NOT_FOUND: 404,
  SHEET_NOT_FOUND: 404,
  EVIDENCE_NOT_FOUND: 404,
  EVIDENCE_TOO_LARGE: 413,
  SHEET_TOO_LARGE: 413,
  EVIDENCE_TYPE: 415,
  SHEET_NOT_A_WORKBOOK: 415,
  POSITION_BEYOND_HEAD: 404,
  POSITION_UNKNOWN: 404,
  INTERNAL_SERVER_ERROR: 500,
};

/** What is refused outside GraphQL, in the same words: `{ problems: [{ code, message, path }] }`. */
export function asHttp(error: unknown): unknown {
  if (error instanceof Refusal) {
    const { path, ...problem } = problemOf(error);
    const problems = [{ ...problem, path: path[0] === 'input' ? path.slice(1) : path }];
    return new HttpException({ problems }, STATUS[error.code] ?? 422);
  }
  if (error instanceof GraphQLError) return problem(String(error.extensions['code']), error.message);
  if (error instanceof OwnApiError) return problem(error.code, error.message);
  return error;
}

const problem = (code: string, message: string): HttpException =>
  new HttpException({ problems: [{ code, message, path: [] }] }, STATUS[code] ?? 400);

export const refused = (code: ProblemCode, field: string, detail?: string): unknown =>
  asHttp(new Refusal(code, [field], detail));
