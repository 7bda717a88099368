import type { InstructionContext } from './instruction-context.ts';
import type { ProgramRuntime } from './program-runtime.ts';

/** The runtime allows fewer; an instruction that claims to stand higher is treated as one that does not tell. */
export const DEPTH_MAX = 16;
export const KEYS_MAX = 256;

/**
 * Working memory of the walk, used again for every transaction (decoding is synchronous and never nested). A program found for a
 * key holds for the transaction with the same stamp.
 */
export class WalkMemory {
  readonly programAt: Int32Array = new Int32Array(DEPTH_MAX);
  readonly contextAt: (InstructionContext | null)[] = new Array<InstructionContext | null>(DEPTH_MAX).fill(null);
  readonly runtimes: (ProgramRuntime | null)[] = new Array<ProgramRuntime | null>(KEYS_MAX).fill(null);
  readonly stamps: Int32Array = new Int32Array(KEYS_MAX);
  stamp = 0;

  reset(): void {
    this.stamp = (this.stamp + 1) | 0;
    this.contextAt.fill(null);
    this.programAt.fill(-1);
  }
}
