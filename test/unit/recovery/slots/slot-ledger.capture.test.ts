import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBlockMeta, readSlotNotice, updateKind } from '../../../../src/domain/update-reader.ts';
import type { SlotLedger } from '../../../../src/recovery/slots/slot-ledger.ts';
import { samplesFolder } from '../../../support/samples.ts';
import { ProgressLog, slotLedger } from '../../../support/slot-tracking.ts';

const FIRST = 398_202_772;
const LAST = 398_202_821;

/** The messages of a capture: each with its length before it. */
function* framed(path: string): Generator<Uint8Array> {
  const file = readFileSync(path);
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32BE(at);
    yield file.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
}

function tell(ledger: SlotLedger, bytes: Uint8Array): void {
  const kind = updateKind(bytes);
  const notice = kind === 'slot' ? readSlotNotice(bytes) : null;
  if (notice !== null) ledger.slot('a', notice);
  else if (kind === 'blockMeta') ledger.blockMeta('a', readBlockMeta(bytes));
}

const root = samplesFolder();
const capture = root === null ? null : join(root, 'streams', 'slots-398202773-398202820.bin');

describe('slot ledger on a capture of mainnet', () => {
  test('every slot after the first is proven complete, none twice, none with a gap', () => {
    if (capture === null || !existsSync(capture)) return;
    const ledger = slotLedger({ groupNames: ['amm'], settleSlots: 0 });
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], null);
    for (const bytes of framed(capture)) {
      tell(ledger, bytes);
      log.take(ledger);
    }
    expect(log.gapsOpened).toEqual([]);
    expect(log.dead).toEqual([]);
    const confirmed = Array.from({ length: LAST - 1 - FIRST }, (_, i) => FIRST + i);
    expect(log.confirmed).toEqual([...confirmed, LAST - 1].filter((slot) => slot <= (ledger.head ?? 0)));
    expect(log.checkpoints[0]).toBe(FIRST);
    expect(log.checkpoints).toEqual(confirmed.concat(LAST - 1).filter((slot) => slot <= (ledger.head ?? 0)));
    expect(log.finalized.at(-1)).toBe(398_202_789);
    expect(ledger.finalizedHead).toBe(398_202_789);
  });

  test('the same capture after a restart in its middle continues without a gap', () => {
    if (capture === null || !existsSync(capture)) return;
    const ledger = slotLedger({ groupNames: ['amm'], checkpoint: FIRST + 5 });
    ledger.opened('a', ['amm'], FIRST + 5);
    for (const bytes of framed(capture)) tell(ledger, bytes);
    const progress = ledger.progress();
    expect(progress.gapsOpened).toEqual([]);
    expect(progress.checkpoint).toBe((ledger.head ?? 0) - 1);
  });
});
