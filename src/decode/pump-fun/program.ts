import { otherEvents, type ProgramDecoder } from '../program.ts';
import { PUMP_FUN } from '../program-ids.ts';
import { EVENTS } from './events.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { SETTINGS_INSTRUCTIONS } from './settings-instructions.ts';
import * as settings from './settings-layouts.ts';

export const pumpFun: ProgramDecoder = {
  program: PUMP_FUN,
  name: 'pump-fun',
  eventSources: ['self-cpi', 'log'],
  instructions: [...INSTRUCTIONS, ...SETTINGS_INSTRUCTIONS],
  events: [...EVENTS, ...otherEvents(settings)],
};
