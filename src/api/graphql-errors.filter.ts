import { Catch, HttpException, HttpStatus, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { GqlContextType } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is wrong with a request before GraphQL sees it, by status. */
const CODES: Readonly<Record<number, string>> = {
  [HttpStatus.BAD_REQUEST]: 'BAD_REQUEST',
  [HttpStatus.PAYLOAD_TOO_LARGE]: 'BODY_TOO_LARGE',
  [HttpStatus.UNSUPPORTED_MEDIA_TYPE]: 'UNSUPPORTED_MEDIA_TYPE',
};

/** What a resolver throws goes to GraphQL as it is, where it is masked and logged once. */
@Catch()
export class GraphqlErrorsFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): unknown {
    if (host.getType<GqlContextType>() === 'graphql') return exception;
    const http = host.switchToHttp();
    const status = exception instanceof HttpException ? exception.getStatus() : 0;
    const code = CODES[status];
    if (code === undefined || !http.getRequest<FastifyRequest>().url.startsWith('/graphql')) {
      super.catch(exception, host);
      return undefined;
    }
    void http
      .getResponse<FastifyReply>()
      .status(status)
      .send({ errors: [{ message: (exception as HttpException).message, extensions: { code } }] });
    return undefined;
  }
}
