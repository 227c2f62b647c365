import { Field, ID, InterfaceType } from '@nestjs/graphql';

/** Anything with an id that `node` finds again. */
const typeOf = (value: object): string =>
  'goals' in value ? 'Plan' : 'per' in value ? 'Indicator' : 'unit' in value ? 'Kpi' : 'Measure';

@InterfaceType({ resolveType: typeOf })
export abstract class Node {
  @Field(() => ID)
  id!: string;
}
