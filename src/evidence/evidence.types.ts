import { Field, Int, ObjectType } from '@nestjs/graphql';
import { InstantScalar } from '../api/scalars.js';

@ObjectType({
  description:
    'A signed head of the evidence log (C2SP tlog-checkpoint): who holds it can prove later that nothing below it was altered.',
})
export class Checkpoint {
  @Field({ description: 'Which log' })
  origin!: string;
  @Field(() => Int, { description: 'How many events the tree has' })
  size!: number;
  @Field({ description: 'Root of the tree, base 64' })
  root!: string;
  @Field({ description: 'The signed note, as it is served at `/log/checkpoint`' })
  note!: string;
  @Field(() => InstantScalar)
  signedAt!: Date;
}

@ObjectType({ description: 'That an entry is in the log (RFC 6962 §2.1.1)' })
export class InclusionProof {
  @Field(() => Int, { description: '0-based place in the log' })
  index!: number;
  @Field(() => Int, { description: 'Of the tree for which it is proven' })
  size!: number;
  @Field(() => [String], { description: "Base 64, from the leaf's neighbour up" })
  hashes!: readonly string[];
}

@ObjectType({ description: 'That the tree of one size is the beginning of that of another (RFC 6962 §2.1.2)' })
export class ConsistencyProof {
  @Field(() => Int)
  from!: number;
  @Field(() => Int)
  to!: number;
  @Field(() => [String], { description: 'Base 64' })
  hashes!: readonly string[];
}

@ObjectType({ description: 'What proves one entry of the trail, in one file that `daicho verify` checks offline' })
export class EntryProof {
  @Field(() => Int, { description: '0-based place in the log' })
  index!: number;
  @Field(() => Checkpoint, { description: 'The head over it' })
  checkpoint!: Checkpoint;
  @Field({
    description:
      'The file, C2SP tlog-proof: keep it as `NAME.tlog-proof`. Its `extra` is the entry with what opens it, in canonical JSON; ' +
      'who gave the command stands in it only for those who may know',
  })
  text!: string;
}
