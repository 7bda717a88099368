import type { Config } from '../config/schema.ts';
import type { ProgramGroup } from '../domain/interest.ts';
import type { Commitment } from '../domain/slot.ts';
import { EngineError } from '../lib/errors.ts';
import type { PipelineOptions } from '../pipeline/pipeline.ts';

const LEVELS: readonly string[] = ['processed', 'confirmed', 'finalized'] satisfies Commitment[];

/** Reads `group=commitment` entries; says what is wrong with them in one sentence. */
export function readCommitments(
  entries: readonly string[],
  groups: readonly ProgramGroup[],
): ReadonlyMap<string, Commitment> {
  const levels = new Map<string, Commitment>();
  for (const entry of entries) {
    const [group = '', level = ''] = entry.split('=').map((part) => part.trim());
    if (!groups.some(({ name }) => name === group) || !LEVELS.includes(level)) {
      const names = groups.map(({ name }) => name).join(', ');
      throw new EngineError(
        'CONFIG_INVALID',
        `PIPELINE_COMMITMENTS: "${entry}" is not <group>=<processed|confirmed|finalized>; the groups are ${names}.`,
      );
    }
    if (level !== 'processed') levels.set(group, level as Commitment);
  }
  return levels;
}

/** The pipeline's options from the configuration. */
export function pipelineOptions({ pipeline }: Config, groups: readonly ProgramGroup[]): PipelineOptions {
  const { commitments, heldMaxMb, ...options } = pipeline;
  return { ...options, levels: readCommitments(commitments, groups), heldBytesMax: heldMaxMb * 1_048_576 };
}
