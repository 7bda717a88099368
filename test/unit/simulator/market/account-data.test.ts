import { decodeAccount } from '../../../../src/decode/accounts/decode-account.ts';
import type { CurveAccount, PoolAccount, TokenAccount } from '../../../../src/decode/accounts/decoded-account.ts';
import { geyser, type MessageCodec, type SubscribeUpdate } from '../../../../src/domain/geyser-messages.ts';
import { encodeBase58 } from '../../../../src/lib/base58.ts';
import { accountUpdate } from '../../../../src/simulator/simulated-update.ts';
import type { SimulatedAccountWrite, TruthEvent } from '../../../../src/simulator/truth-source.ts';
import { playMarket } from './play-market.ts';

const { model, played } = playMarket(120, { seed: 3, vaultWrites: true });
const writes = played.flatMap(({ slot, content }) => content.accounts.map((write) => ({ slot, write })));
const byTransaction = new Map<string, SimulatedAccountWrite[]>();
for (const { write } of writes) {
  const signature = encodeBase58(write.signature ?? new Uint8Array());
  byTransaction.set(signature, [...(byTransaction.get(signature) ?? []), write]);
}

function writeOf(event: TruthEvent, address: unknown): SimulatedAccountWrite | undefined {
  return byTransaction.get(event.signature)?.find((write) => encodeBase58(write.address) === address);
}

function decoded<T>(write: SimulatedAccountWrite | undefined): T | null {
  return write === undefined ? null : (decodeAccount(encodeBase58(write.owner), write.data) as T | null);
}

test('a curve is written with the reserves its last trade left', () => {
  const last = new Map<string, TruthEvent>();
  for (const event of model.truth()) {
    if (event.kind === 'pump-fun.buy' || event.kind === 'pump-fun.sell') {
      last.set(`${event.signature} ${event.fields['mint']}`, event);
    }
  }
  const curves = new Map(
    model
      .truth()
      .filter(({ kind }) => kind === 'pump-fun.create')
      .map(({ fields }) => [fields['mint'], fields['bonding_curve']]),
  );
  const wrong = [...last.values()].filter((event) => {
    const curve = decoded<CurveAccount>(writeOf(event, curves.get(event.fields['mint'])));
    const { fields } = event;
    return (
      String(curve?.virtualBase) !== fields['virtual_token_reserves'] ||
      String(curve?.virtualQuote) !== fields['virtual_quote_reserves'] ||
      String(curve?.realBase) !== fields['real_token_reserves'] ||
      String(curve?.realQuote) !== fields['real_quote_reserves']
    );
  });
  expect(last.size).toBeGreaterThan(1_000);
  expect(wrong).toEqual([]);
});

test('a pool is written with its mints and vaults, and the vaults with what they hold', () => {
  const swaps = model.truth().filter((event) => event.kind === 'pump-swap.sell' && event.path.inner < 0);
  expect(swaps.length).toBeGreaterThan(50);
  for (const event of swaps.slice(0, 50)) {
    const pool = decoded<PoolAccount>(writeOf(event, event.fields['pool']));
    expect(pool?.baseMint).toBe(event.fields['mint']);
    const vault = decoded<TokenAccount>(writeOf(event, pool?.baseVault));
    const before = BigInt(String(event.fields['pool_base_token_reserves']));
    expect(vault?.amount).toBe(before + BigInt(String(event.fields['base_amount_in'])));
    expect(vault?.owner).toBe(event.fields['pool']);
  }
});

test('writes are what the generated codec reads, in rising versions', () => {
  const codec = geyser.SubscribeUpdate as unknown as MessageCodec<SubscribeUpdate>;
  let version = 0n;
  for (const { slot, write } of writes.slice(0, 300)) {
    const info = codec.decode(accountUpdate(slot, write).body).account?.account;
    expect(Buffer.compare(Buffer.from(info?.data ?? []), write.data)).toBe(0);
    expect(BigInt(info?.lamports ?? 0)).toBe(write.lamports);
    expect(BigInt(info?.writeVersion ?? 0)).toBeGreaterThan(version);
    version = BigInt(info?.writeVersion ?? 0);
  }
});
