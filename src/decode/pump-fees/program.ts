import { otherEvents, type ProgramDecoder } from '../program.ts';
import * as layouts from './event-layouts.ts';
import { INSTRUCTIONS } from './instructions.ts';

/** The fee program that pump.fun and PumpSwap call for their rates: known, and what it logs is kept; it trades nothing. */
export const pumpFees: ProgramDecoder = {
  program: 'pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ',
  name: 'pump-fees',
  eventSources: ['self-cpi', 'log'],
  instructions: INSTRUCTIONS,
  events: otherEvents(layouts),
};
