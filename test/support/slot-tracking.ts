import type { SlotTracker } from '../../src/domain/contracts.ts';
import type { Gap } from '../../src/domain/slot.ts';
import { SlotLedger, type SlotLedgerOptions } from '../../src/recovery/slots/slot-ledger.ts';
import type { SlotMessage } from './slot-script.ts';

export function slotLedger(
  options: Partial<SlotLedgerOptions> & { readonly groupNames: readonly string[] },
): SlotLedger {
  const { groupNames, ...rest } = options;
  return new SlotLedger({
    groups: groupNames.map((name) => ({ name, commitment: 'processed' })),
    checkpoint: null,
    openGaps: [],
    isTakenBack: () => false,
    windowSlots: 512,
    settleSlots: 1,
    patienceSlots: 5,
    wallMs: () => 1_000,
    ...rest,
  });
}

export function tell(tracker: SlotTracker, connection: string, message: SlotMessage): void {
  if (message.type === 'slot') tracker.slot(connection, message.notice);
  else if (message.type === 'meta') tracker.blockMeta(connection, message.notice);
  else tracker.data(connection, message.slot);
}

/** Everything a tracker ever told, added up. */
export class ProgressLog {
  readonly dead: number[] = [];
  readonly confirmed: number[] = [];
  readonly finalized: number[] = [];
  readonly gapsOpened: Gap[] = [];
  readonly gapsClosed: Gap[] = [];
  readonly checkpoints: number[] = [];

  take(tracker: SlotTracker): void {
    const progress = tracker.progress();
    this.dead.push(...progress.dead);
    this.confirmed.push(...progress.confirmed);
    this.finalized.push(...progress.finalized);
    this.gapsOpened.push(...progress.gapsOpened);
    this.gapsClosed.push(...progress.gapsClosed);
    if (progress.checkpoint !== null && progress.checkpoint !== this.checkpoints.at(-1)) {
      this.checkpoints.push(progress.checkpoint);
    }
  }
}
