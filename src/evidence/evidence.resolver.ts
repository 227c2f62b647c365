import { Args, Context, ID, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { GraphQLError } from 'graphql';
import { SEES_ALL_WORK, SEES_PEOPLE, SEES_WORK } from '../access/permissions.js';
import type { RequestContext } from '../api/context.js';
import { townScope } from '../directory/directory.events.js';
import { Ledger } from '../eventsourcing/handle.js';
import { base64 } from '../ledger/base64.js';
import { canonicalJson, type Json } from '../ledger/canonical.js';
import { ProofError } from '../ledger/merkle.js';
import { writeTlogProof } from '../ledger/tlog-proof.js';
import { Plan } from '../plan/plan.types.js';
import type { PlanView } from '../plan/plan.view.js';
import { Review } from '../review/review.types.js';
import type { ReviewView } from '../review/review.view.js';
import { auditEntry } from '../trail/audit.js';
import { AuditEntry, LedgerHead } from '../trail/trail.types.js';
import type { LogCheckpoint } from './evidence-log.js';
import { Evidence } from './evidence.js';
import { Checkpoint, ConsistencyProof, EntryProof, InclusionProof, LogWitness } from './evidence.types.js';
import type { Witnesses } from './witness.js';

function shown({ origin, size, root, note, signedAtMs }: LogCheckpoint, witnesses?: Witnesses): Checkpoint {
  const signers = witnesses?.in(note) ?? [];
  return {
    ...{ origin, size, root: base64(root), note, signedAt: new Date(signedAtMs), witnesses: signers },
    isWitnessed: witnesses ? signers.length >= witnesses.quorum.min : null,
  };
}

/** What is asked for does not exist in a tree of that size. */
async function within<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new GraphQLError('証跡ログの範囲外です / outside the evidence log', { extensions: { code: 'OUTSIDE_LOG' } });
  }
}

@Resolver(() => LedgerHead)
export class LedgerEvidenceResolver {
  constructor(private readonly evidence: Evidence) {}

  @ResolveField(() => Checkpoint, {
    nullable: true,
    description: 'Signed now, over all events; null: no evidence log is kept',
  })
  async checkpoint(): Promise<Checkpoint | null> {
    const { log } = this.evidence;
    if (!log) return null;
    await log.catchUp();
    return shown(await log.checkpoint(), this.evidence.witnesses);
  }

  @ResolveField(() => Checkpoint, {
    nullable: true,
    description: 'The newest head that as many witnesses as are needed have cosigned',
  })
  async witnessedCheckpoint(): Promise<Checkpoint | null> {
    const { log, witnesses } = this.evidence;
    const head = witnesses && (await log?.newest(witnesses.quorum));
    return head ? shown(head, witnesses) : null;
  }

  @ResolveField(() => [LogWitness], { description: 'Who is asked to cosign the heads, in the order of the settings' })
  witnesses(): Promise<LogWitness[]> {
    const { witnesses, courier } = this.evidence;
    return Promise.all(
      (witnesses?.all ?? []).map(async (witness) => {
        const last = await witness.last();
        const problem = courier?.problemOf(witness);
        return {
          ...{ name: witness.name, key: witness.vkey, lastCosignedSize: last?.size ?? null },
          lastCosignedAt: last ? new Date(Number(last.atSeconds) * 1_000) : null,
          problem: problem ? { code: problem.code, message: problem.message } : null,
        };
      }),
    );
  }

  @ResolveField(() => [String], { description: 'Verifier keys (C2SP vkey) of the log, the oldest first' })
  keys(): Promise<string[]> {
    return this.evidence.log?.vkeys() ?? Promise.resolve([]);
  }

  @ResolveField(() => InclusionProof, { nullable: true, description: 'null: no evidence log is kept' })
  async inclusionProof(
    @Args('index', { type: () => Int }) index: number,
    @Args('size', { type: () => Int }) size: number,
  ): Promise<InclusionProof | null> {
    const { log } = this.evidence;
    if (!log) return null;
    await requireWithin(size, log.size());
    return { index, size, hashes: (await within(log.inclusionProof(index, size))).map(base64) };
  }

  @ResolveField(() => ConsistencyProof, { nullable: true, description: 'null: no evidence log is kept' })
  async consistencyProof(
    @Args('from', { type: () => Int }) from: number,
    @Args('to', { type: () => Int }) to: number,
  ): Promise<ConsistencyProof | null> {
    const { log } = this.evidence;
    if (!log) return null;
    await requireWithin(to, log.size());
    return { from, to, hashes: (await within(log.consistencyProof(from, to))).map(base64) };
  }
}

const requireWithin = async (asked: number, size: Promise<number>): Promise<void> => {
  if (asked > (await size)) await within(Promise.reject(new ProofError('OUT_OF_RANGE')));
};

@Resolver(() => Review)
export class ReviewEvidenceResolver {
  constructor(private readonly evidence: Evidence) {}

  @ResolveField(() => Checkpoint, {
    nullable: true,
    description:
      'The head signed when it was closed: size and root belong into the printed report; null while it is open, or no log is kept',
  })
  async checkpoint(@Parent() { closedBy }: ReviewView): Promise<Checkpoint | null> {
    const { log } = this.evidence;
    if (!log || closedBy === null) return null;
    await log.catchUp();
    const index = await log.indexOf(closedBy);
    const checkpoint = index === undefined ? undefined : await log.checkpointOver(index);
    return checkpoint ? shown(checkpoint, this.evidence.witnesses) : null;
  }
}

@Resolver(() => Plan)
export class PlanEvidenceResolver {
  constructor(
    private readonly evidence: Evidence,
    private readonly ledger: Ledger,
  ) {}

  @ResolveField(() => AuditEntry, {
    nullable: true,
    description:
      'One entry of the trail; null: there is none of that id at the point of the as-of, or not for you, or no evidence log is kept',
  })
  async auditEntry(
    @Parent() { key, municipalityCode, asOf }: PlanView,
    @Args('id', { type: () => ID }) id: string,
    @Context() { actor, rights, loaders }: RequestContext,
  ): Promise<AuditEntry | null> {
    const { log } = this.evidence;
    if (!log) return null;
    await log.catchUp();
    const index = await log.indexOf(id);
    const logged = index === undefined ? undefined : await log.entry(index);
    if (!logged) return null;
    const { event } = logged;
    const { scope } = this.ledger.catalogue.meaning(event);
    const entry = await loaders.entry.load({ key: event.position, known: asOf.position });
    if (!entry || ![key, townScope(municipalityCode)].includes(scope)) return null;
    const isShown = entry.isPublic || (await rights.sees(actor, SEES_WORK, { planKey: key }));
    return isShown ? auditEntry(key, asOf.position, entry) : null;
  }
}

@Resolver(() => AuditEntry)
export class EntryProofResolver {
  constructor(
    private readonly evidence: Evidence,
    private readonly ledger: Ledger,
  ) {}

  @ResolveField(() => EntryProof, { nullable: true, description: 'null: no evidence log is kept' })
  async proof(
    @Parent() { entry: { event }, planKey }: AuditEntry,
    @Context() { actor, rights }: RequestContext,
  ): Promise<EntryProof | null> {
    const { log } = this.evidence;
    if (!log) return null;
    await log.catchUp();
    const index = await log.indexOf(event.id);
    const logged = index === undefined ? undefined : await log.entry(index);
    if (index === undefined || !logged) return null;
    const checkpoint =
      (await log.checkpointOver(index, this.evidence.witnesses?.quorum)) ??
      (await log.checkpointOver(index)) ??
      (await log.checkpoint());
    const { entry, caller, data } = logged.opened(await rights.sees(actor, SEES_PEOPLE, { planKey }));
    const isHeldBack = this.ledger.catalogue.holdsBack(logged.event);
    const isShown = !isHeldBack || (await rights.sees(actor, SEES_ALL_WORK, { planKey }));
    const extra = canonicalJson({ entry, caller, ...(isShown && { data }) } as unknown as Json);
    const hashes = await log.inclusionProof(index, checkpoint.size);
    const text = writeTlogProof({ index, hashes, checkpoint: checkpoint.note, extra: Buffer.from(extra) });
    return { index, checkpoint: shown(checkpoint, this.evidence.witnesses), text };
  }
}
