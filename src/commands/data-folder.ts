import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

/** Without an endpoint the engine brings its own simulator. */
export function isEmbedded({ grpc }: Config): boolean {
  return grpc.url === '' && grpc.endpoints.length === 0;
}

/** Where the engine of this configuration keeps what survives: a made-up market never stands beside what happened on mainnet. */
export function dataFolderOf(config: Config): string {
  return isEmbedded(config) ? join(config.engine.dataFolder, 'simulator') : config.engine.dataFolder;
}
