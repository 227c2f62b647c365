import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { GraphQLError } from 'graphql';

/** A list larger than this is asked for in pages. */
export const PAGE = { default: 20, max: 100 } as const;

@ObjectType()
export class PageInfo {
  @Field()
  hasNextPage!: boolean;
  @Field()
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true })
  startCursor!: string | null;
  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

export interface ConnectionOf<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
}

export type CountedConnectionOf<Node> = ConnectionOf<Node> & { readonly totalCount: number };

/** A Relay connection over `Node`; `nodes` is there for those who need no cursors. Its `totalCount` may have a resolver. */
export function connectionType<Node>(name: string, node: () => Type<Node>): Type<CountedConnectionOf<Node>> {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field()
    cursor!: string;
    @Field(node)
    node!: Node;
  }

  @ObjectType(`${name}Connection`)
  class Connection {
    @Field(() => [Edge])
    edges!: Edge[];
    @Field(() => [node()])
    nodes!: Node[];
    @Field(() => PageInfo)
    pageInfo!: PageInfo;
    @Field(() => Int)
    totalCount!: number;
  }
  return Connection;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: `Default ${String(PAGE.default)}, at most ${String(PAGE.max)}` })
  first?: number | null;
  @Field(() => String, { nullable: true })
  after?: string | null;
  @Field(() => Int, { nullable: true, description: 'The last ones; not together with `first`' })
  last?: number | null;
  @Field(() => String, { nullable: true })
  before?: string | null;
}

/** How many, from which end. @throws GraphQLError BAD_PAGE */
export function pageOf({ first, last }: PageArgs): { limit: number; fromEnd: boolean } {
  if (typeof first === 'number' && typeof last === 'number')
    throw badPage('first と last は同時に使えません / first and last exclude each other');
  const limit = first ?? last ?? PAGE.default;
  if (limit < 0 || limit > PAGE.max) throw badPage(`first / last: 0–${String(PAGE.max)}`);
  return { limit, fromEnd: typeof last === 'number' };
}

export const cursorOf = (key: string): string => Buffer.from(key).toString('base64url');

/** @throws GraphQLError BAD_PAGE when it is not a cursor that was handed out */
export function keyOf(cursor: string | null | undefined, isKey: (key: string) => boolean): string | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!isKey(key)) throw badPage('カーソルが正しくありません / not a cursor of this list');
  return key;
}

export function connection<Node>(
  rows: readonly { readonly key: string; readonly node: Node }[],
  more: { readonly before: boolean; readonly after: boolean },
): ConnectionOf<Node> {
  const edges = rows.map(({ key, node }) => ({ cursor: cursorOf(key), node }));
  return {
    edges,
    nodes: rows.map(({ node }) => node),
    pageInfo: {
      hasNextPage: more.after,
      hasPreviousPage: more.before,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/**
 * A page of a list that is at hand: of those `found` in it, if not of all. A cursor names any one of the list.
 * @throws GraphQLError BAD_PAGE
 */
export function pageIn<Node>(
  list: readonly Node[],
  keyIn: (node: Node) => string,
  asked: PageArgs,
  found: readonly Node[] = list,
): CountedConnectionOf<Node> {
  const { limit, fromEnd } = pageOf(asked);
  const places = new Map(list.map((node, place) => [keyIn(node), place]));
  const placeOf = (cursor: string | null | undefined, missing: number): number =>
    places.get(keyOf(cursor, (key) => places.has(key)) ?? '') ?? missing;
  const [after, before] = [placeOf(asked.after, -1), placeOf(asked.before, list.length)];
  const between = found.filter((node) => {
    const place = places.get(keyIn(node)) ?? -1;
    return place > after && place < before;
  });
  const shown = fromEnd ? between.slice(Math.max(0, between.length - limit)) : between.slice(0, limit);
  const [first, last] = [shown[0], shown.at(-1)];
  const page = connection(
    shown.map((node) => ({ key: keyIn(node), node })),
    { before: first !== undefined && found[0] !== first, after: last !== undefined && found.at(-1) !== last },
  );
  return { ...page, totalCount: found.length };
}

const badPage = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_PAGE' } });
