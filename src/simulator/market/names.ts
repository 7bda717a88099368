import type { Random } from '../../lib/random.ts';

/** Names that coins give themselves. */
const FIRST = [
  'Moon',
  'Turbo',
  'Sleepy',
  'Golden',
  'Based',
  'Tiny',
  'Cosmic',
  'Angry',
  'Lucky',
  'Silent',
  'Neon',
  'Mega',
];
const SECOND = [
  'Cat',
  'Dog',
  'Frog',
  'Otter',
  'Whale',
  'Banana',
  'Robot',
  'Wizard',
  'Pigeon',
  'Noodle',
  'Comet',
  'Goat',
];
const LAST = ['', '', ' Coin', ' 2.0', ' Inu', ' of Solana', ' ☀', ' Club'];

export function coinName(random: Random): { readonly name: string; readonly symbol: string } {
  const first = pick(random, FIRST);
  const second = pick(random, SECOND);
  const symbol = `${first.slice(0, 2)}${second}`.toUpperCase().slice(0, 10);
  return { name: `${first} ${second}${pick(random, LAST)}`, symbol };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}
