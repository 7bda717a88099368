/** An event that had to arrive. */
export interface Expected {
  readonly type: string;
  /** When its transaction was handed to the wire. */
  readonly sentAtMs: number;
  /** It lies in a gap that was announced: it may be missing, not in silence. */
  readonly isExcused: boolean;
}

/** What a consumer of one queue saw. */
export interface Seen {
  readonly queue: string;
  /** Whether events of this type belong on the queue. */
  expects(type: string): boolean;
  /** Deliveries by id; what a broker hands out again after a lost acknowledgement does not count twice. */
  readonly counts: ReadonlyMap<string, number>;
  readonly firstAtMs: ReadonlyMap<string, number>;
}

export interface QueueVerdict {
  readonly queue: string;
  readonly expected: number;
  readonly lost: readonly string[];
  readonly unexpected: readonly string[];
  /** Deliveries beyond the first of each id. */
  readonly duplicated: number;
  /** Sent before a fault was over and arrived after it. */
  readonly recovered: number;
}

/**
 * The four classes of a queue under faults, for one queue: what was lost, what nobody sent, what came more than once, what came although
 * a fault lay between. Only events that follow from the transactions themselves can be foretold; `isForetold` tells them by type.
 */
export function judgeQueue(
  seen: Seen,
  expected: ReadonlyMap<string, Expected>,
  types: ReadonlyMap<string, string>,
  isForetold: (type: string) => boolean,
  faultEndsMs: readonly number[],
): QueueVerdict {
  const lost: string[] = [];
  let due = 0;
  let recovered = 0;
  for (const [id, { type, sentAtMs, isExcused }] of expected) {
    if (!seen.expects(type)) continue;
    const firstAtMs = seen.firstAtMs.get(id);
    const isMissing = !seen.counts.has(id) || firstAtMs === undefined;
    if (isMissing && isExcused) continue;
    due++;
    if (isMissing) lost.push(id);
    else if (faultEndsMs.some((endMs) => sentAtMs < endMs && endMs < firstAtMs)) recovered++;
  }
  const unexpected: string[] = [];
  let duplicated = 0;
  for (const [id, count] of seen.counts) {
    duplicated += count - 1;
    if (!expected.has(id) && isForetold(types.get(id) ?? '')) unexpected.push(id);
  }
  return { queue: seen.queue, expected: due, lost, unexpected, duplicated, recovered };
}

/** Over all queues: an event that is missing on two queues is lost twice. */
export function sumOf(verdicts: readonly QueueVerdict[]): {
  readonly lost: number;
  readonly unexpected: number;
  readonly duplicated: number;
  readonly recovered: number;
} {
  const sum = (pick: (verdict: QueueVerdict) => number) => verdicts.reduce((total, each) => total + pick(each), 0);
  return {
    lost: sum(({ lost }) => lost.length),
    unexpected: sum(({ unexpected }) => unexpected.length),
    duplicated: sum(({ duplicated }) => duplicated),
    recovered: sum(({ recovered }) => recovered),
  };
}
