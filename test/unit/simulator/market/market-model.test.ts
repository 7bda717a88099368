import { createHash } from 'node:crypto';
import { geyser, type MessageCodec, type SubscribeUpdate } from '../../../../src/domain/geyser-messages.ts';
import type { TokenBalance, Transaction } from '../../../../src/domain/transaction.ts';
import { transactionUpdate } from '../../../../src/simulator/simulated-update.ts';
import { type PlayedSlot, playMarket, readPlayed, slotContext } from './play-market.ts';

function fingerprint(played: readonly PlayedSlot[]): string {
  const hash = createHash('sha256');
  for (const { content } of played) {
    for (const transaction of content.transactions) hash.update(transaction.bytes);
    for (const write of content.accounts) hash.update(write.bytes);
  }
  return hash.digest('hex');
}

describe('a market', () => {
  test('repeats itself byte for byte from the same seed, and is another from another', () => {
    const small = { wallets: 20, transactionsPerSlot: 15 };
    const first = fingerprint(playMarket(12, { ...small, seed: 7 }).played);
    expect(fingerprint(playMarket(12, { ...small, seed: 7 }).played)).toBe(first);
    expect(fingerprint(playMarket(12, { ...small, seed: 8 }).played)).not.toBe(first);
  });

  test('ends after the slots it was asked for', () => {
    const { model, played } = playMarket(6, { slots: 4, wallets: 10, transactionsPerSlot: 5 });
    expect(played).toHaveLength(4);
    expect(model.nextSlot(slotContext(5_000))).toBeNull();
  });
});

const { model, played } = playMarket(130, { seed: 3 });
const transactions = [...readPlayed(played)];

describe('what happens in a market', () => {
  test('is everything a coin can live through', () => {
    const { events, failed, transactions: count } = model.counts();
    const kinds = ['create', 'buy', 'sell', 'complete', 'migrate'].map((kind) => `pump-fun.${kind}`);
    const pools = ['create-pool', 'init-boost', 'buy', 'sell', 'deposit', 'withdraw'].map(
      (kind) => `pump-swap.${kind}`,
    );
    for (const kind of [...kinds, ...pools]) expect([kind, events[kind] ?? 0]).not.toEqual([kind, 0]);
    expect(count).toBe(transactions.length);
    expect(failed / count).toBeGreaterThan(0.02);
    expect(failed / count).toBeLessThan(0.15);
  });

  test('holds behaviours that a detector can find', () => {
    const kinds = new Set(model.patterns().map((pattern) => pattern.kind));
    expect([...kinds].sort()).toEqual(['bundle', 'dump', 'sandwich', 'sniper', 'wash', 'whale']);
    const signatures = new Set(model.truth().map((event) => event.signature));
    for (const { kind, signatures: own } of model.patterns()) {
      if (kind === 'sandwich') expect(own.filter((signature) => !signatures.has(signature))).toEqual([]);
    }
  });

  test('is quoted in SOL and in dollars', () => {
    const quotes = new Set(model.truth().map((event) => event.fields['quote_mint']));
    expect(quotes).toContain('11111111111111111111111111111111');
    expect(quotes).toContain('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v');
  });
});

describe('the transactions of a market', () => {
  test('are read alike by the generated codec and by our own reader', () => {
    const codec = geyser.SubscribeUpdate as unknown as MessageCodec<SubscribeUpdate>;
    let position = 0;
    for (const { slot, content } of played.slice(-8)) {
      position = transactions.findIndex((transaction) => transaction.slot === slot);
      content.transactions.forEach((simulated, index) => {
        const update = transactionUpdate(slot, index, simulated);
        const info = codec.decode(update.body).transaction?.transaction;
        const own = transactions[position + index] as Transaction;
        expect(Buffer.from(info?.signature ?? []).equals(own.signature)).toBe(true);
        expect(info?.meta?.logMessages).toEqual(own.logs);
        expect(info?.meta?.preBalances.map(BigInt)).toEqual(own.preBalances);
        expect(info?.transaction?.message?.instructions).toHaveLength(
          own.instructions.filter((ix) => ix.inner < 0).length,
        );
        const keys = Array.from({ length: own.keyCount }, (_, key) => own.keyBytes(key));
        expect(Buffer.concat(simulated.keys)).toEqual(Buffer.concat(keys));
        expect(info?.transaction?.message?.versioned).toBe(own.version === 0);
        // Encoding what was decoded gives the same bytes: nothing in them is unusual. (The chain spells even an index of 0.)
        if (index > 0) expect(Buffer.compare(codec.encode(codec.decode(update.body)).finish(), update.body)).toBe(0);
      });
    }
  });

  test('conserve lamports: all that is gone is the fee', () => {
    const sum = (balances: readonly bigint[]) => balances.reduce((total, lamports) => total + lamports, 0n);
    const wrong = transactions.filter(
      ({ preBalances, postBalances, fee }) =>
        sum(preBalances) - sum(postBalances) !== fee || postBalances.some((lamports) => lamports < 0n),
    );
    expect(wrong.map((transaction) => transaction.signatureText)).toEqual([]);
  });

  test('conserve tokens but for what is minted and burned', () => {
    const wrong: string[] = [];
    for (const transaction of transactions) {
      const expected = mintedByMint(transaction);
      const sums = new Map<string, bigint>();
      add(sums, transaction.postTokenBalances ?? [], 1n);
      add(sums, transaction.preTokenBalances ?? [], -1n);
      for (const [mint, change] of sums) {
        // What is wrapped and unwrapped is SOL, and counted there.
        if (mint === 'So11111111111111111111111111111111111111112') continue;
        if (change !== (expected.get(mint) ?? 0n)) wrong.push(`${transaction.signatureText} ${mint} ${change}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('move the same as their token transfers say', () => {
    const wrong: string[] = [];
    for (const transaction of transactions) {
      if (transaction.failed) continue;
      const changes = changesByAccount(transaction);
      for (const [index, moved] of transfersByAccount(transaction)) {
        const change = changes.get(index) ?? moved;
        if (change !== moved)
          wrong.push(`${transaction.signatureText} account ${index}: ${change}, transfers say ${moved}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('leave nothing but a fee when they fail', () => {
    const failed = transactions.filter((transaction) => transaction.failed);
    expect(failed.length).toBeGreaterThan(20);
    for (const transaction of failed) {
      const [payerBefore = 0n, ...others] = transaction.preBalances;
      const [payerAfter = 0n, ...othersAfter] = transaction.postBalances;
      expect(payerBefore - payerAfter).toBe(transaction.fee);
      expect(othersAfter).toEqual(others);
      expect(transaction.postTokenBalances).toEqual(transaction.preTokenBalances);
      expect(transaction.logs?.some((log) => /^Program \S+ failed: custom program error: 0x/.test(log))).toBe(true);
    }
    // Some of them had done a trade that was then taken back: its log is there, it never happened.
    expect(failed.some((transaction) => transaction.logs?.some((log) => log.startsWith('Program data: ')))).toBe(true);
  });

  test('come in every form: legacy and v0 with loaded addresses, straight and through routers', () => {
    expect(transactions.some((transaction) => transaction.version === 'legacy')).toBe(true);
    expect(transactions.some((transaction) => transaction.version === 0)).toBe(true);
    expect(
      Math.max(...transactions.flatMap((one) => one.instructions.map((ix) => ix.stackHeight))),
    ).toBeGreaterThanOrEqual(4);
  });

  test('log every call they make, in order', () => {
    const wrong = transactions.filter((transaction) => {
      const invoked = (transaction.logs ?? []).filter((log) => log.includes(' invoke ['));
      const called = transaction.instructions.map(
        (ix) => `Program ${transaction.key(ix.programIndex)} invoke [${ix.stackHeight}]`,
      );
      return !transaction.failed && invoked.join() !== called.join();
    });
    expect(wrong.map((transaction) => transaction.signatureText)).toEqual([]);
  });
});

function add(sums: Map<string, bigint>, balances: readonly TokenBalance[], sign: bigint): void {
  for (const { mint, amount } of balances) sums.set(mint, (sums.get(mint) ?? 0n) + sign * amount);
}

/** Tokens that MintTo made and Burn destroyed, by mint. */
function mintedByMint(transaction: Transaction): Map<string, bigint> {
  const minted = new Map<string, bigint>();
  if (transaction.failed) return minted;
  for (const { programIndex, data, accounts } of transaction.instructions) {
    if (!transaction.key(programIndex).startsWith('Token') || data.length !== 9) continue;
    const amount = Buffer.from(data).readBigUInt64LE(1);
    const mint = transaction.key(accounts[data[0] === 7 ? 0 : 1] as number);
    minted.set(mint, (minted.get(mint) ?? 0n) + (data[0] === 7 ? amount : -amount));
  }
  return minted;
}

/** Balance changes of token accounts that were there before and after. */
function changesByAccount(transaction: Transaction): Map<number, bigint> {
  const before = new Map((transaction.preTokenBalances ?? []).map((one) => [one.accountIndex, one.amount]));
  const changes = new Map<number, bigint>();
  for (const { accountIndex, amount, mint } of transaction.postTokenBalances ?? []) {
    const was = before.get(accountIndex);
    if (was !== undefined && !mint.startsWith('So1')) changes.set(accountIndex, amount - was);
  }
  return changes;
}

function transfersByAccount(transaction: Transaction): Map<number, bigint> {
  const moved = new Map<number, bigint>();
  const move = (index: number, amount: bigint) => moved.set(index, (moved.get(index) ?? 0n) + amount);
  for (const { programIndex, data, accounts } of transaction.instructions) {
    if (!transaction.key(programIndex).startsWith('Token')) continue;
    const amount = data.length >= 9 ? Buffer.from(data).readBigUInt64LE(1) : 0n;
    if (data[0] === 0x0c && data.length === 10) {
      move(accounts[0] as number, -amount);
      move(accounts[2] as number, amount);
    } else if (data[0] === 7 && data.length === 9) move(accounts[1] as number, amount);
    else if (data[0] === 8 && data.length === 9) move(accounts[0] as number, -amount);
  }
  return moved;
}
