import { type ApiEvent, apiSpecs } from './events/api.ts';
import { type GrpcEvent, grpcSpecs } from './events/grpc.ts';
import { type OutputEvent, outputSpecs } from './events/output.ts';
import { type PipelineEvent, pipelineSpecs } from './events/pipeline.ts';
import { type RecoveryEvent, recoverySpecs } from './events/recovery.ts';
import type { SpecTable } from './spec.ts';

/** Everything the engine can tell about itself. Stations emit; the logger, the metrics and the fault-tolerant manager listen. */
export type EngineEvent = GrpcEvent | PipelineEvent | OutputEvent | RecoveryEvent | ApiEvent;

export type Emit = (event: EngineEvent) => void;

export const EVENT_SPECS: SpecTable<EngineEvent> = {
  ...grpcSpecs,
  ...pipelineSpecs,
  ...outputSpecs,
  ...recoverySpecs,
  ...apiSpecs,
};
