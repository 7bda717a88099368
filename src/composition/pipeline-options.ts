import type { Config } from '../config/schema.ts';
import type { ProgramGroup } from '../domain/interest.ts';
import { COMMITMENTS, type Commitment } from '../domain/slot.ts';
import type { Promotion } from '../domain/stream-events.ts';
import { MEBIBYTE } from '../lib/bytes.ts';
import { EngineError } from '../lib/errors.ts';
import type { PipelineOptions } from '../pipeline/pipeline.ts';

/** Reads `group=commitment` entries; says what is wrong with them in one sentence. */
export function readCommitments(
  entries: readonly string[],
  groups: readonly ProgramGroup[],
): ReadonlyMap<string, Commitment> {
  const levels = new Map<string, Commitment>();
  for (const entry of entries) {
    const [group = '', level = ''] = entry.split('=').map((part) => part.trim());
    if (!groups.some(({ name }) => name === group) || !COMMITMENTS.includes(level as Commitment)) {
      const names = groups.map(({ name }) => name).join(', ');
      throw new EngineError(
        'CONFIG_INVALID',
        `PIPELINE_COMMITMENTS: "${entry}" is not <group>=<${COMMITMENTS.join('|')}>; the groups are ${names}.`,
      );
    }
    if (level !== 'processed') levels.set(group, level as Commitment);
  }
  return levels;
}

/** What is subscribed to at one commitment can only rise above it. */
function promotionsAbove(commitment: Commitment): readonly Promotion[] {
  const promotions: readonly Promotion[] = ['confirmed', 'finalized'];
  return promotions.filter((level) => COMMITMENTS.indexOf(level) > COMMITMENTS.indexOf(commitment));
}

/** The pipeline's options from the configuration. */
export function pipelineOptions({ pipeline, grpc }: Config, groups: readonly ProgramGroup[]): PipelineOptions {
  const { commitments, heldMaxMb, tellsPromotions, ...options } = pipeline;
  return {
    ...options,
    levels: readCommitments(commitments, groups),
    heldBytesMax: heldMaxMb * MEBIBYTE,
    promotions: tellsPromotions ? promotionsAbove(grpc.commitment) : [],
  };
}
