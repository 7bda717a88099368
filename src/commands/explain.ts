import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlocks } from '../composition/blocks.ts';
import type { Config } from '../config/schema.ts';
import { audited } from '../decode/audit/audit.ts';
import { PROGRAMS } from '../decode/programs.ts';
import { createDecoder } from '../decode/registry.ts';
import { encodeJsonRpcTransaction } from '../domain/json-rpc-transaction.ts';
import { parseTransactionText } from '../domain/transaction-file.ts';
import { readTransaction } from '../domain/wire-transaction.ts';
import { systemClock } from '../lib/clock.ts';
import { EngineError } from '../lib/errors.ts';
import { Quarantine } from '../output/quarantine/quarantine.ts';
import { dataFoldersOf } from './common.ts';
import { describeInstruction, programNames } from './explain-instruction.ts';
import { type StoryParts, storyOf } from './explain-story.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';

const SIGNATURE = /^[1-9A-HJ-NP-Za-km-z]{80,90}$/;

/** `sluice explain <signature|file>`: the story of one transaction, from a file, from what the engine kept, or from an RPC endpoint. */
export async function explainCommand(what: string, io: CommandIo): Promise<number> {
  const updates = existsSync(what) ? await fromFile(what) : [await bySignature(what, io)];
  const decode = audited(createDecoder(PROGRAMS, null).decode);
  const parts: StoryParts = {
    programs: programNames(PROGRAMS),
    describe: (transaction, instruction) => describeInstruction(PROGRAMS, transaction, instruction),
  };
  for (const [index, update] of updates.entries()) {
    if (index > 0) io.out('');
    for (const line of storyOf(decode(readTransaction(update)), parts)) io.out(line);
  }
  return 0;
}

async function fromFile(path: string): Promise<readonly Uint8Array[]> {
  const transactions = parseTransactionText(await readFile(path, 'utf8'));
  return transactions.map((json, index) => encodeJsonRpcTransaction(json, { index, createdAtMs: null }));
}

async function bySignature(signature: string, io: CommandIo): Promise<Uint8Array> {
  if (!SIGNATURE.test(signature)) {
    throw new EngineError('CONFIG_INVALID', `"${signature}" is neither a file nor a transaction signature.`);
  }
  const config = readConfig(io);
  const kept = fromQuarantine(config, signature);
  if (kept !== null) return kept;
  const rpc = openBlocks(config, systemClock, () => undefined);
  if (rpc === null) {
    throw new EngineError(
      'CONFIG_INVALID',
      'The engine kept no raw bytes of this transaction. Set SOLANA_RPC_URLS to fetch it, or name a file with its getTransaction answer.',
    );
  }
  const update = await rpc.transaction(signature, io.stop);
  if (update === null) throw new EngineError('RPC_FAILED', 'The RPC endpoints do not know this transaction.');
  return update;
}

function fromQuarantine(config: Config, signature: string): Uint8Array | null {
  for (const folder of dataFoldersOf(config)) {
    if (!existsSync(join(folder, 'quarantine.db'))) continue;
    const quarantine = Quarantine.open({ folder, bytesMax: Number.MAX_SAFE_INTEGER });
    const [entry] = quarantine.bySignature(signature);
    quarantine.close();
    if (entry !== undefined) return entry.bytes;
  }
  return null;
}
