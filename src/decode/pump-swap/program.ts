import { otherEvents, type ProgramDecoder } from '../program.ts';
import { PUMP_SWAP } from '../program-ids.ts';
import { EVENTS } from './events.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { SETTINGS_INSTRUCTIONS } from './settings-instructions.ts';
import * as settings from './settings-layouts.ts';

export const pumpSwap: ProgramDecoder = {
  program: PUMP_SWAP,
  name: 'pump-swap',
  eventSources: ['self-cpi', 'log'],
  instructions: [...INSTRUCTIONS, ...SETTINGS_INSTRUCTIONS],
  events: [...EVENTS, ...otherEvents(settings)],
};
