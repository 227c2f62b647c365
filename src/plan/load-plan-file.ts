import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CommandBus } from '@nestjs/cqrs';
import { uuidOf } from '../eventsourcing/handle.js';
import { LoadPlan, type LoadedPlan, type LoadOptions } from './load-plan.handler.js';
import { readPlanSource, type PlanFileIssue } from './plan-source.js';

export class PlanFileError extends Error {
  override readonly name = 'PlanFileError';
  constructor(
    readonly file: string,
    readonly issues: readonly PlanFileIssue[],
  ) {
    super(
      issues
        .map(({ line, column, path, message }) => `${file}:${String(line)}:${String(column)} ${path} ${message}`)
        .join('\n'),
    );
  }
}

/**
 * Loads a plan file by hand of the operator of this machine.
 *
 * @param text default: what stands in the file
 * @throws PlanFileError; an error of the operating system
 */
export async function loadPlanFile(
  commands: CommandBus,
  file: string,
  options: LoadOptions,
  text?: string,
): Promise<LoadedPlan> {
  const source = readPlanSource(text ?? (await readFile(file, 'utf8')));
  if ('issues' in source) throw new PlanFileError(file, source.issues);
  const envelope = { commandId: randomUUID(), isNew: true, fingerprint: uuidOf('load-plan', file), actor: 'admin' };
  return commands.execute(new LoadPlan(source.entries, options, envelope));
}
