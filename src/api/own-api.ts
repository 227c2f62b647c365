import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** Our own GraphQL API, asked from within through the door that everybody takes, with nobody's rights: limits and all. */
@Injectable()
export class OwnApi {
  constructor(private readonly host: HttpAdapterHost) {}

  /** @throws Error it was refused */
  async ask(query: string, variables: object): Promise<unknown> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const answer = await fastify.inject({ method: 'POST', url: '/graphql', payload: { query, variables } });
    const { data, errors } = answer.json<{ data?: unknown; errors?: readonly { readonly message: string }[] }>();
    const [error] = errors ?? [];
    if (error) throw new Error(`asked from within, and refused: ${error.message}`);
    return data;
  }
}
