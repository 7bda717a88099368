import { meteoraDammV2 } from '../../../src/decode/meteora-damm-v2/program.ts';
import { decodeMadeUp, programCall, selfEvent } from '../../support/program-calls.ts';

describe('a collection of fees', () => {
  const claim = (fee_a_claimed: bigint) => [selfEvent(meteoraDammV2, 'EvtClaimPositionFee', { fee_a_claimed })];
  const told = (inner: Parameters<typeof programCall>[3]) =>
    decodeMadeUp(meteoraDammV2, { calls: [programCall(meteoraDammV2, 'claim_position_fee', {}, inner)] });

  test('of nothing is kept, and told to nobody', () => {
    expect(told(claim(0n)).events).toMatchObject([{ kind: 'other', source: 'EvtClaimPositionFee' }]);
    expect(told(claim(0n)).events[0]).not.toHaveProperty('amounts');
    expect(told([])).toMatchObject({ events: [{ kind: 'other', source: 'claim_position_fee' }], undecoded: [] });
  });

  test('of one side is told with both', () => {
    expect(told(claim(3n)).events).toMatchObject([
      { kind: 'fees-collected', amounts: [{ amount: 3n }, { amount: 0n }] },
    ]);
  });
});
