import type { InstructionContext } from '../instruction-context.ts';

/**
 * Where Raydium AMM v4 finds its accounts. The lists lost members over the years (target orders, the order book), so a place
 * depends on how many accounts the instruction has. "" and −1 stand for what is not there.
 */
export interface PoolAccounts {
  readonly pool: string;
  readonly coinVault: string;
  readonly pcVault: string;
  readonly coinMint: string;
  readonly pcMint: string;
  readonly lpMint: string;
  readonly user: string;
  /** Token account the trader pays from; "" for anything but swaps. */
  readonly userSource: string;
}

interface Places {
  readonly pool: number;
  readonly coinVault: number;
  readonly pcVault: number;
  readonly coinMint?: number;
  readonly pcMint?: number;
  readonly lpMint?: number;
  readonly user: number;
  readonly userSource?: number;
}

export function poolAccounts(context: InstructionContext): PoolAccounts {
  const places = placesOf(context.spec?.name ?? '', context.accountCount);
  const key = (place: number | undefined) => (place === undefined ? '' : context.accountAt(place));
  return {
    pool: key(places?.pool),
    coinVault: key(places?.coinVault),
    pcVault: key(places?.pcVault),
    coinMint: key(places?.coinMint),
    pcMint: key(places?.pcMint),
    lpMint: key(places?.lpMint),
    user: key(places?.user),
    userSource: key(places?.userSource),
  };
}

function placesOf(instruction: string, count: number): Places | null {
  switch (instruction) {
    case 'initialize':
      return { pool: 3, lpMint: 6, coinMint: 7, pcMint: 8, coinVault: 9, pcVault: 10, user: 17 };
    case 'initialize2':
      return count < 21
        ? { pool: 4, lpMint: 6, coinMint: 7, pcMint: 8, coinVault: 9, pcVault: 10, user: 15 }
        : { pool: 4, lpMint: 7, coinMint: 8, pcMint: 9, coinVault: 10, pcVault: 11, user: 17 };
    case 'deposit':
      return count < 13
        ? { pool: 1, lpMint: 4, coinVault: 5, pcVault: 6, user: 10 }
        : { pool: 1, lpMint: 5, coinVault: 6, pcVault: 7, user: 12 };
    case 'withdraw':
      if (count < 20) return { pool: 1, lpMint: 4, coinVault: 5, pcVault: 6, user: 10 };
      return { pool: 1, lpMint: 5, coinVault: 6, pcVault: 7, user: count < 22 ? 16 : 18 };
    case 'withdraw_pnl':
      return count < 16
        ? { pool: 1, coinVault: 4, pcVault: 5, user: 8 }
        : { pool: 1, coinVault: 5, pcVault: 6, user: 9 };
    case 'swap_base_in':
    case 'swap_base_out':
      return count < 18
        ? { pool: 1, coinVault: 4, pcVault: 5, userSource: 14, user: 16 }
        : { pool: 1, coinVault: 5, pcVault: 6, userSource: 15, user: 17 };
    case 'swap_base_in_v2':
    case 'swap_base_out_v2':
      return { pool: 1, coinVault: 3, pcVault: 4, userSource: 5, user: 7 };
    default:
      return null;
  }
}
