import type { Random } from '../../lib/random.ts';
import { type Account, newProgram, type Program } from './account.ts';
import type { Execution } from './execution.ts';
import { instruction, instructionData } from './program-context.ts';
import type { AccountList } from './pump-fun-accounts.ts';

/** Programs that trade for others: the pump programs then run one or two levels deeper and see the router as their caller. */
export const ROUTER_IDS = {
  bot: 'BBRouter1cVunVXvkcqeKkZQcBK7ruan37PPm3xzWaXD',
  terminal: 'FJsZbftBqRLfF7uqUKpm4s2goDr6xsQ5Q3mN7AFJB6hK',
  aggregator: 'JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4',
  orders: 'j1o2qRpjcyUwEvwtcfhEQefh773ZgjxcVRry7LDqg5X',
} as const;

export interface Routers {
  readonly bot: Program;
  readonly terminal: Program;
  readonly aggregator: Program;
  readonly orders: Program;
}

export function newRouters(): Routers {
  const program = (id: string): Program => newProgram(id, 1_141_440n, false);
  return {
    bot: program(ROUTER_IDS.bot),
    terminal: program(ROUTER_IDS.terminal),
    aggregator: program(ROUTER_IDS.aggregator),
    orders: program(ROUTER_IDS.orders),
  };
}

const ROUTE = instruction('route');
const ROUTER_UNITS = 9_500;

/** Runs `trade` below the given programs, outermost first. */
export function throughRouter(
  x: Execution,
  programs: readonly Program[],
  list: AccountList,
  target: Account,
  random: Random,
  trade: () => void,
): void {
  const [program, ...deeper] = programs;
  if (program === undefined) {
    trade();
    return;
  }
  const data = instructionData
    .begin()
    .raw(ROUTE)
    .u64(BigInt(Math.floor(random() * 2 ** 40)))
    .u16(50)
    .take();
  const accounts = [...list.accounts, target, ...deeper.map((next) => next.account)];
  const modes = `${list.modes}${'r'.repeat(accounts.length - list.accounts.length)}`;
  x.call(program, modes, accounts, data, () => {
    x.log('Instruction: Route');
    x.charge(ROUTER_UNITS);
    throughRouter(x, deeper, list, target, random, trade);
  });
}
