import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** The API refused what was asked from within. */
export class OwnApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Our own GraphQL API, asked from within through the door that everybody takes: rights, limits and all. */
@Injectable()
export class OwnApi {
  constructor(private readonly host: HttpAdapterHost) {}

  /**
   * @param authorization of whoever asks; default: nobody's rights
   * @throws OwnApiError it was refused
   */
  async ask(query: string, variables: object, authorization?: string): Promise<unknown> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await fastify.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
    const { data, errors } = answer.json<Answer>();
    const [error] = errors ?? [];
    if (error) throw new OwnApiError(error.extensions?.code ?? 'INTERNAL_SERVER_ERROR', error.message);
    return data;
  }
}
