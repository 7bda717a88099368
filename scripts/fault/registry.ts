import { brokerAlarm } from './scenarios/broker-alarm.ts';
import { brokerBacklog } from './scenarios/broker-backlog.ts';
import { brokerHang } from './scenarios/broker-hang.ts';
import { brokerKill9 } from './scenarios/broker-kill9.ts';
import { brokerStop } from './scenarios/broker-stop.ts';
import { clockJump } from './scenarios/clock-jump.ts';
import { diskFull } from './scenarios/disk-full.ts';
import { engineKill9 } from './scenarios/engine-kill9.ts';
import { engineSigterm } from './scenarios/engine-sigterm.ts';
import { forks } from './scenarios/forks.ts';
import { reorder } from './scenarios/reorder.ts';
import { replayGone } from './scenarios/replay-gone.ts';
import { streamCut, streamCutSweep } from './scenarios/stream-cut.ts';
import { streamStall } from './scenarios/stream-stall.ts';
import { twoHolders } from './scenarios/two-holders.ts';
import type { Scenario } from './types.ts';

/** Every scenario, by what happens. */
export const SCENARIOS: readonly Scenario[] = [
  engineKill9,
  engineSigterm,
  brokerKill9,
  brokerStop,
  brokerHang,
  brokerAlarm,
  brokerBacklog,
  streamCut,
  streamCutSweep,
  streamStall,
  replayGone,
  forks,
  reorder,
  clockJump,
  diskFull,
  twoHolders,
];
