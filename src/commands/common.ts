import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { secretsOfEnvironment } from '../config/secrets.ts';
import { createRedactor, type Redact } from '../lib/redact.ts';
import type { CommandIo } from './io.ts';

/** What several commands have to say in the same way. */

/** Folder of the installed package: its config/ and its web page. */
export const PACKAGE_FOLDER = join(import.meta.dirname, '..', '..');

/** Paths in the configuration are relative to the package, unless they are absolute. */
export function inPackage(path: string): string {
  return resolve(PACKAGE_FOLDER, path);
}

/** Masks every secret of the environment, of whatever key. */
export function redactorOf({ env }: Pick<CommandIo, 'env'>): Redact {
  return createRedactor(secretsOfEnvironment(env));
}

/** Without an endpoint the engine brings its own simulator. */
export function isEmbedded({ grpc }: Pick<Config, 'grpc'>): boolean {
  return grpc.url === '' && grpc.endpoints.length === 0;
}

/** The same configuration with the embedded simulator at `url` as its only endpoint. */
export function embeddedConfig(config: Config, url: string): Config {
  return { ...config, grpc: { ...config.grpc, url, token: '' } };
}

/** Where the engine of this configuration keeps what survives: a made-up market never stands beside what happened on mainnet. */
export function dataFolderOf(config: Config): string {
  return isEmbedded(config) ? simulatorFolder(config) : config.engine.dataFolder;
}

/** Every folder in which an engine of this configuration may have kept something, whatever its endpoint was then. */
export function dataFoldersOf(config: Config): readonly string[] {
  return [config.engine.dataFolder, simulatorFolder(config)];
}

function simulatorFolder({ engine }: Config): string {
  return join(engine.dataFolder, 'simulator');
}
