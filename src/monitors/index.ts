import type { Monitor } from '../domain/contracts.ts';
import { LiquidityMonitor } from './liquidity-monitor.ts';
import { TokenLifecycleMonitor } from './token-lifecycle-monitor.ts';
import { TradingActivityMonitor } from './trading-activity-monitor.ts';

export interface MonitorsOptions {
  /** Names of the program groups the monitors read. */
  readonly groups: readonly string[];
  readonly trackedTokensMax: number;
  readonly priceIntervalSlots: number;
}

/** The domain monitors: what consumers are told of the chain. Adding one takes its own file and a line here. */
export function createMonitors(options: MonitorsOptions): readonly Monitor[] {
  return [new TokenLifecycleMonitor(options), new TradingActivityMonitor(options), new LiquidityMonitor(options)];
}
