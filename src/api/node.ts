import { Field, ID, InterfaceType } from '@nestjs/graphql';

/** Anything with an id that `node` finds again. */
@InterfaceType({ resolveType: (value: object) => ('goals' in value ? 'Plan' : 'unit' in value ? 'Kpi' : 'Measure') })
export abstract class Node {
  @Field(() => ID)
  id!: string;
}
