import type { Values } from './key.ts';
import { apiSection } from './sections/api.ts';
import { engineSection } from './sections/engine.ts';
import { grpcSection } from './sections/grpc.ts';
import { outboxSection, rabbitmqSection, storesSection } from './sections/output.ts';
import { enrichSection, monitorsSection, pipelineSection } from './sections/pipeline.ts';
import { recoverySection } from './sections/recovery.ts';
import { simulatorSection } from './sections/simulator.ts';

/** Every configuration key of the product, by the station that reads it. */
export const SECTIONS = {
  engine: engineSection,
  grpc: grpcSection,
  pipeline: pipelineSection,
  enrich: enrichSection,
  monitors: monitorsSection,
  outbox: outboxSection,
  rabbitmq: rabbitmqSection,
  stores: storesSection,
  recovery: recoverySection,
  simulator: simulatorSection,
  api: apiSection,
} as const;

export type Config = { readonly [S in keyof typeof SECTIONS]: Values<(typeof SECTIONS)[S]> };
