import { withoutTold } from '../../../src/decode/cut-logs.ts';
import { key, liquidityChanged, POOL, trade } from '../../support/protocol-events.ts';

describe('what cut logs did not tell', () => {
  const other = trade({ pool: key(20) });

  test('is what the transfers show in other pools, or once more in the same', () => {
    expect(withoutTold([trade(), other], [trade()])).toEqual([other]);
    expect(withoutTold([trade(), trade()], [trade()])).toEqual([trade()]);
    expect(withoutTold(liquidityChanged(), [trade()])).toEqual([liquidityChanged()]);
  });

  test('is nothing where the transfers show nothing, or one of the two does not name its pool', () => {
    expect(withoutTold(null, [trade()])).toEqual([]);
    expect(withoutTold(trade({ pool: '' }), [trade({ pool: POOL })])).toEqual([]);
    expect(withoutTold(trade(), [trade({ pool: '' })])).toEqual([]);
  });
});
