import type { InstructionContext } from './instruction-context.ts';
import type { LogEntry } from './log-frames.ts';

/**
 * Some sources keep a program's instruction but not the one that called it: its log lines then stand under an invocation that the
 * list does not hold. When a program has as many such invocations as instructions without a line, they are the same, in order.
 * Nothing is guessed where the numbers differ.
 */
export function pairLoneInstructions(
  contexts: readonly InstructionContext[],
  entries: readonly LogEntry[],
): ReadonlyMap<string, InstructionContext> {
  const pairs = new Map<string, InstructionContext>();
  const lone = loneInvocations(entries);
  if (lone.size === 0) return pairs;
  const spoken = new Set(entries.filter((entry) => entry.position >= 0).map((entry) => entry.position));
  for (const [program, keys] of lone) {
    const silent = contexts.filter(
      (context) =>
        context.program.program === program &&
        context.spec?.yields === true &&
        context.eventKinds.length === 0 &&
        !spoken.has(context.position),
    );
    if (silent.length !== keys.length) continue;
    for (const [index, key] of keys.entries()) pairs.set(key, silent[index] as InstructionContext);
  }
  return pairs;
}

/** By program, the paths of invocations that wrote lines and are not in the instruction list. */
function loneInvocations(entries: readonly LogEntry[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const entry of entries) {
    if (entry.position >= 0) continue;
    const key = `${entry.path.outer}.${entry.path.inner}`;
    const keys = found.get(entry.program);
    if (keys === undefined) found.set(entry.program, [key]);
    else if (!keys.includes(key)) keys.push(key);
  }
  return found;
}
