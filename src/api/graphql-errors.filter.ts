import { Catch, HttpException, HttpStatus, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { GqlContextType } from '@nestjs/graphql';
import { Refusal, type ProblemCode } from '../problems.js';
import { asHttp } from './http-problem.js';
import { problemOf } from './problem.types.js';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is wrong with a request before GraphQL sees it, by status. */
const CODES: Readonly<Record<number, string>> = {
  [HttpStatus.BAD_REQUEST]: 'BAD_REQUEST',
  [HttpStatus.PAYLOAD_TOO_LARGE]: 'BODY_TOO_LARGE',
  [HttpStatus.UNSUPPORTED_MEDIA_TYPE]: 'UNSUPPORTED_MEDIA_TYPE',
};

/** And with a file. */
const EVIDENCE_CODES: Readonly<Record<number, ProblemCode>> = {
  [HttpStatus.PAYLOAD_TOO_LARGE]: 'EVIDENCE_TOO_LARGE',
  [HttpStatus.UNSUPPORTED_MEDIA_TYPE]: 'EVIDENCE_TYPE',
};

/** What a resolver throws goes to GraphQL as it is, where it is masked and logged once; what the API refuses elsewhere is a problem. */
@Catch()
export class GraphqlErrorsFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): unknown {
    if (host.getType<GqlContextType>() === 'graphql') return exception;
    const http = host.switchToHttp();
    const status = exception instanceof HttpException ? exception.getStatus() : 0;
    const answer = answerTo(http.getRequest<FastifyRequest>().url, status, exception);
    if (answer === undefined) super.catch(asHttp(exception), host);
    else void http.getResponse<FastifyReply>().status(status).send(answer);
    return undefined;
  }
}

function answerTo(url: string, status: number, exception: unknown): object | undefined {
  if (!(exception instanceof HttpException)) return undefined;
  const [code, evidenceCode] = [CODES[status], EVIDENCE_CODES[status]];
  if (url.startsWith('/graphql') && code !== undefined)
    return { errors: [{ message: exception.message, extensions: { code } }] };
  if (url.startsWith('/evidence') && evidenceCode !== undefined && !hasProblems(exception))
    return { problems: [problemOf(new Refusal(evidenceCode, ['file']))] };
  return undefined;
}

const hasProblems = (exception: HttpException): boolean => {
  const answer = exception.getResponse();
  return typeof answer === 'object' && 'problems' in answer;
};
