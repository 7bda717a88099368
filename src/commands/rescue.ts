import { systemClock } from '../lib/clock.ts';
import { rescueOutbox, watchHolder } from '../output/index.ts';
import { dataFolderOf } from './common.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';

/** `sluice outbox rescue`: a new outbox of what is whole in a damaged one. Run it while no engine holds the data folder. */
export async function rescueCommand(options: { readonly json: boolean }, io: CommandIo): Promise<number> {
  const config = readConfig(io);
  const folder = dataFolderOf(config);
  const silent = await watchHolder(folder, systemClock, io.stop);
  const { damagedPath, rescued, lost, cursor } = rescueOutbox(folder, systemClock, silent);
  if (options.json) {
    io.out(JSON.stringify({ damagedPath, rescued, lost, cursor }));
    return 0;
  }
  const found =
    rescued + lost === 0 ? 'no event in it was readable' : `${rescued} events rescued, ${lost} could not be read`;
  io.out(`${found}; the damaged file is kept as ${damagedPath}`);
  io.out(
    cursor === null
      ? 'the cursor was not readable: the next start begins at the tip of the stream'
      : `the next start goes on at slot ${cursor}`,
  );
  return 0;
}
