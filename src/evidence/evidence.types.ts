import { Field, Int, ObjectType } from '@nestjs/graphql';
import { InstantScalar } from '../api/scalars.js';
import type { HolderCode } from './head-holder.js';

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
  @Field({ description: 'The signed note, as it is served at `/log/checkpoint`, with the cosignatures there are' })
  note!: string;
  @Field(() => InstantScalar)
  signedAt!: Date;
  @Field(() => [String], { description: 'Which of the witnesses asked have cosigned it' })
  witnesses!: readonly string[];
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether as many have as are needed; null: no witnesses are asked',
  })
  isWitnessed!: boolean | null;
}

@ObjectType({ description: 'Why a witness does not cosign' })
export class WitnessProblem {
  @Field(() => String, {
    description:
      'UNREACHABLE, UNEXPECTED_ANSWER, MALFORMED_ANSWER, NOT_COSIGNED, BAD_COSIGNATURE, BAD_REQUEST, UNKNOWN_LOG, UNKNOWN_KEY, FAILED; ' +
      'ROLLED_BACK: it has seen more events than there are, FORKED: it has seen others',
  })
  code!: HolderCode;
  @Field()
  message!: string;
}

@ObjectType({
  description: 'Somebody else who cosigns heads of the log, each only when it goes on from the one before',
})
export class LogWitness {
  @Field()
  name!: string;
  @Field({ description: 'Verifier key (C2SP vkey)' })
  key!: string;
  @Field(() => Int, { nullable: true, description: 'Size of the newest head it has cosigned' })
  lastCosignedSize!: number | null;
  @Field(() => InstantScalar, { nullable: true, description: 'By its own clock' })
  lastCosignedAt!: Date | null;
  @Field(() => WitnessProblem, { nullable: true, description: 'Of the last attempt' })
  problem!: WitnessProblem | null;
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
