import { join } from 'node:path';
import { loadConfiguredPrograms } from './configured-programs.ts';
import { meteoraDammV2 } from './meteora-damm-v2/program.ts';
import { meteoraDbc } from './meteora-dbc/program.ts';
import { meteoraDlmm } from './meteora-dlmm/program.ts';
import { orcaWhirlpool } from './orca-whirlpool/program.ts';
import type { ProgramDecoder } from './program.ts';
import { pumpFees } from './pump-fees/program.ts';
import { pumpFun } from './pump-fun/program.ts';
import { pumpSwap } from './pump-swap/program.ts';
import { raydiumAmmV4 } from './raydium-amm-v4/program.ts';
import { raydiumClmm } from './raydium-clmm/program.ts';
import { raydiumCpmm } from './raydium-cpmm/program.ts';
import { raydiumLaunchlab } from './raydium-launchlab/program.ts';
import { splToken, splToken2022 } from './spl-token/program.ts';

/** Programs that are described by data only (docs/adding-a-program.md). */
const CONFIGURED = join(import.meta.dirname, '..', '..', 'config', 'programs');

/** Every program this build can decode. A new program is a folder beside this file and one line here, or a file in config/programs. */
export const PROGRAMS: readonly ProgramDecoder[] = [
  pumpFun,
  pumpSwap,
  pumpFees,
  raydiumAmmV4,
  raydiumCpmm,
  raydiumClmm,
  raydiumLaunchlab,
  meteoraDlmm,
  meteoraDammV2,
  meteoraDbc,
  orcaWhirlpool,
  splToken,
  splToken2022,
  ...loadConfiguredPrograms(CONFIGURED),
];
