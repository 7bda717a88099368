import type { SubscribeRequest } from '../../domain/geyser-messages.ts';
import { decodeBase58 } from '../../lib/base58.ts';
import type { SimulatedAccountWrite } from '../truth-source.ts';
import { CuckooFilter } from './cuckoo-filter.ts';
import { checkAny, checkKeys, type FilterLimits } from './filter-limits.ts';
import { FilterProblem, keyString, publicKeys } from './key-set.ts';

type Message = SubscribeRequest['accounts'][string];
type StateMessage = Message['filters'][number];
type StateTest = (write: SimulatedAccountWrite) => boolean;

const STATE_FILTERS_MAX = 4;
const MEMCMP_BYTES_MAX = 128;

/** One named filter of `accounts`: address, owner, data and lamports must all fit where they are stated. */
export class AccountFilter {
  readonly name: string;
  readonly #addresses: ReadonlySet<string>;
  readonly #compressed: CuckooFilter | null;
  readonly #owners: ReadonlySet<string>;
  readonly #nonemptySignature: boolean | undefined;
  readonly #state: readonly StateTest[];

  constructor(name: string, message: Message, limits: FilterLimits) {
    const compressed = message.cuckooAccountsFilter;
    checkAny(message.account.length === 0 && message.owner.length === 0 && compressed === undefined, limits);
    checkKeys(message.account, limits);
    checkKeys(message.owner, limits);
    this.name = name;
    this.#addresses = publicKeys(message.account);
    this.#owners = publicKeys(message.owner);
    this.#compressed = compressed === undefined ? null : new CuckooFilter(compressed);
    this.#nonemptySignature = message.nonemptyTxnSignature;
    this.#state = stateTests(message.filters);
  }

  matches(write: SimulatedAccountWrite): boolean {
    if (this.#nonemptySignature !== undefined && this.#nonemptySignature !== (write.signature !== null)) return false;
    if (this.#addresses.size > 0 || this.#compressed !== null) {
      const listed = this.#addresses.has(keyString(write.address)) || this.#compressed?.has(write.address) === true;
      if (!listed) return false;
    }
    if (this.#owners.size > 0 && !this.#owners.has(keyString(write.owner))) return false;
    return this.#state.every((test) => test(write));
  }
}

function stateTests(messages: readonly StateMessage[]): readonly StateTest[] {
  if (messages.length > STATE_FILTERS_MAX)
    throw new FilterProblem(`Too many filters provided; max ${STATE_FILTERS_MAX}`);
  if (messages.filter((message) => message.datasize !== undefined).length > 1) {
    throw new FilterProblem('datasize used more than once');
  }
  return messages.map(stateTest);
}

function stateTest(message: StateMessage): StateTest {
  if (message.memcmp !== undefined) return memcmpTest(message.memcmp);
  if (message.datasize !== undefined) {
    const size = Number(message.datasize);
    return (write) => write.data.length === size;
  }
  if (message.tokenAccountState !== undefined) {
    if (!message.tokenAccountState) throw new FilterProblem('token_account_state only allowed to be true');
    return (write) => isTokenAccount(write.data);
  }
  if (message.lamports !== undefined) return lamportsTest(message.lamports);
  throw new FilterProblem('filter should be defined');
}

function memcmpTest(message: NonNullable<StateMessage['memcmp']>): StateTest {
  const wanted = memcmpBytes(message);
  if (wanted.length > MEMCMP_BYTES_MAX) throw new FilterProblem('data too large');
  const offset = Number(message.offset);
  return ({ data }) =>
    data.length >= offset + wanted.length &&
    Buffer.compare(data.subarray(offset, offset + wanted.length), wanted) === 0;
}

function memcmpBytes(message: NonNullable<StateMessage['memcmp']>): Uint8Array {
  if (message.bytes !== undefined) return message.bytes;
  if (message.base64 !== undefined) return Buffer.from(message.base64, 'base64');
  if (message.base58 === undefined) throw new FilterProblem('data for memcmp should be defined');
  try {
    return decodeBase58(message.base58);
  } catch {
    throw new FilterProblem('invalid base58');
  }
}

function lamportsTest(message: NonNullable<StateMessage['lamports']>): StateTest {
  const { eq, ne, lt, gt } = message;
  if (eq !== undefined) return (write) => write.lamports === BigInt(eq);
  if (ne !== undefined) return (write) => write.lamports !== BigInt(ne);
  if (lt !== undefined) return (write) => write.lamports < BigInt(lt);
  if (gt !== undefined) return (write) => write.lamports > BigInt(gt);
  throw new FilterProblem('cmp for lamports should be defined');
}

const TOKEN_ACCOUNT_BYTES = 165;
const STATE_OFFSET = 108;
const ACCOUNT_TYPE_OFFSET = 165;
const ACCOUNT_TYPE_ACCOUNT = 2;
const MULTISIG_BYTES = 355;

/** An initialised token account, of the classic program (165 bytes) or Token-2022 (longer, with its account type). */
function isTokenAccount(data: Uint8Array): boolean {
  if (data.length < TOKEN_ACCOUNT_BYTES || data.length === MULTISIG_BYTES) return false;
  if (data[STATE_OFFSET] === 0) return false;
  return data.length === TOKEN_ACCOUNT_BYTES || data[ACCOUNT_TYPE_OFFSET] === ACCOUNT_TYPE_ACCOUNT;
}
