import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { CommandIo } from './io.ts';

/** The configuration of the environment; names that are probably misspelled are told and do not stop the command. */
export function readConfig(io: CommandIo): Config {
  const { config, warnings } = loadConfig(io.env);
  for (const warning of warnings) io.error(`sluice: ${warning}`);
  return config;
}
