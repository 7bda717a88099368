import { type InstructionContext, isSelfCpi } from './instruction-context.ts';

/** True when the instruction records, somewhere below itself, an event of this discriminator (hex of 8 bytes) by self-CPI. */
export function hasSelfEvent(context: InstructionContext, discriminator: string): boolean {
  const wanted = Buffer.from(discriminator, 'hex');
  for (const child of context.children()) {
    if (!isSelfCpi(child.data) || child.programIndex !== context.instruction?.programIndex) continue;
    if (wanted.equals(child.data.subarray(8, 16))) return true;
  }
  return false;
}
