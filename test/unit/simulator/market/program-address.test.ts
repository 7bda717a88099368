import { decodeBase58, encodeBase58 } from '../../../../src/lib/base58.ts';
import {
  associatedTokenAddress,
  findProgramAddress,
  isOnCurve,
} from '../../../../src/simulator/market/program-address.ts';

const key = decodeBase58;
const PUMP = key('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P');
const PUMP_SWAP = key('pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA');
const TOKEN_2022 = key('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
const ASSOCIATED = key('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');
const MINT = key('CWiTGbCiDd8BKtNYNE2boT9fJGFG2MU53Uf6HQk4pump');

test('a coin of mainnet has its curve and the curve its tokens where they really are', () => {
  const curve = findProgramAddress([Buffer.from('bonding-curve'), MINT], PUMP).address;
  expect(encodeBase58(curve)).toBe('3jJ83NDorkbFkF1JKbEfFWGeX16aXUiwby9RwJm9kat3');
  const tokens = associatedTokenAddress(curve, TOKEN_2022, MINT, ASSOCIATED);
  expect(encodeBase58(tokens)).toBe('Cd4iC3Jndc2WVud6rAs1cwx8SkUQhCN5TxXbfRtbHLCF');
});

test('the canonical pool of a mainnet coin is where it really is', () => {
  const mint = key('61Wj56QgGyyB966T7YsMzEAKRLcMvJpDbPzjkrCZc4Bi');
  const authority = findProgramAddress([Buffer.from('pool-authority'), mint], PUMP).address;
  const quote = key('So11111111111111111111111111111111111111112');
  const pool = findProgramAddress([Buffer.from('pool'), Buffer.from([0, 0]), authority, mint, quote], PUMP_SWAP);
  expect(encodeBase58(pool.address)).toBe('3iUT1oAAUSqKeHAjkumZJbptihy2yN7AwFij2CrsUZVC');
});

test('the key of a wallet is a curve point, a derived address is none', () => {
  expect(isOnCurve(key('5htGpHK2oV9g2BcDqLdRBqjCLdy8mc3fsESfR5DU73eM'))).toBe(true);
  expect(isOnCurve(key('3jJ83NDorkbFkF1JKbEfFWGeX16aXUiwby9RwJm9kat3'))).toBe(false);
});
