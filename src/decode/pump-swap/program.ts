import { otherEvents, type ProgramDecoder } from '../program.ts';
import { EVENTS } from './events.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { SETTINGS_INSTRUCTIONS } from './settings-instructions.ts';
import * as settings from './settings-layouts.ts';

export const pumpSwap: ProgramDecoder = {
  program: 'pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA',
  name: 'pump-swap',
  eventSources: ['self-cpi', 'log'],
  instructions: [...INSTRUCTIONS, ...SETTINGS_INSTRUCTIONS],
  events: [...EVENTS, ...otherEvents(settings)],
};
