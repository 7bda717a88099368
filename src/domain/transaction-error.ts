/**
 * A failed transaction's error as the runtime serializes it (bincode): a variant number, then what the variant carries. The orders
 * below are the runtime's own and only ever grow at the end.
 */
const TRANSACTION_ERRORS =
  'AccountInUse AccountLoadedTwice AccountNotFound ProgramAccountNotFound InsufficientFundsForFee InvalidAccountForFee AlreadyProcessed BlockhashNotFound InstructionError CallChainTooDeep MissingSignatureForFee InvalidAccountIndex SignatureFailure InvalidProgramForExecution SanitizeFailure ClusterMaintenance AccountBorrowOutstanding WouldExceedMaxBlockCostLimit UnsupportedVersion InvalidWritableAccount WouldExceedMaxAccountCostLimit WouldExceedAccountDataBlockLimit TooManyAccountLocks AddressLookupTableNotFound InvalidAddressLookupTableOwner InvalidAddressLookupTableData InvalidAddressLookupTableIndex InvalidRentPayingAccount WouldExceedMaxVoteCostLimit WouldExceedAccountDataTotalLimit DuplicateInstruction InsufficientFundsForRent MaxLoadedAccountsDataSizeExceeded InvalidLoadedAccountsDataSizeLimit ResanitizationNeeded ProgramExecutionTemporarilyRestricted UnbalancedTransaction ProgramCacheHitMaxLimit CommitCancelled'.split(
    ' ',
  );
const INSTRUCTION_ERRORS =
  'GenericError InvalidArgument InvalidInstructionData InvalidAccountData AccountDataTooSmall InsufficientFunds IncorrectProgramId MissingRequiredSignature AccountAlreadyInitialized UninitializedAccount UnbalancedInstruction ModifiedProgramId ExternalAccountLamportSpend ExternalAccountDataModified ReadonlyLamportChange ReadonlyDataModified DuplicateAccountIndex ExecutableModified RentEpochModified NotEnoughAccountKeys AccountDataSizeChanged AccountNotExecutable AccountBorrowFailed AccountBorrowOutstanding DuplicateAccountOutOfSync Custom InvalidError ExecutableDataModified ExecutableLamportChange ExecutableAccountNotRentExempt UnsupportedProgramId CallDepth MissingAccount ReentrancyNotAllowed MaxSeedLengthExceeded InvalidSeeds InvalidRealloc ComputationalBudgetExceeded PrivilegeEscalation ProgramEnvironmentSetupFailure ProgramFailedToComplete ProgramFailedToCompile Immutable IncorrectAuthority BorshIoError AccountNotRentExempt InvalidAccountOwner ArithmeticOverflow UnsupportedSysvar IllegalOwner MaxAccountsDataAllocationsExceeded MaxAccountsExceeded MaxInstructionTraceLengthExceeded BuiltinProgramsMustConsumeComputeUnits'.split(
    ' ',
  );
const INSTRUCTION_ERROR = TRANSACTION_ERRORS.indexOf('InstructionError');
const CUSTOM = INSTRUCTION_ERRORS.indexOf('Custom');
/** Variants that carry one byte: an instruction or account index. */
const WITH_INDEX = new Set([
  'DuplicateInstruction',
  'InsufficientFundsForRent',
  'ProgramExecutionTemporarilyRestricted',
]);

/** A JSON-RPC error ("AccountInUse", {InstructionError: [2, {Custom: 6002}]}) in the runtime's serialized form. */
export function encodeTransactionError(error: unknown): Uint8Array {
  const [name, value] = variant(error);
  if (name !== 'InstructionError') {
    const known = Math.max(TRANSACTION_ERRORS.indexOf(name), 0);
    const bytes = Buffer.alloc(WITH_INDEX.has(name) ? 5 : 4);
    bytes.writeUInt32LE(known, 0);
    if (bytes.length === 5) bytes[4] = indexIn(value);
    return bytes;
  }
  const [position, inner] = Array.isArray(value) ? value : [0, 'GenericError'];
  const [innerName, innerValue] = variant(inner);
  const bytes = Buffer.alloc(innerName === 'Custom' ? 13 : 9);
  bytes.writeUInt32LE(INSTRUCTION_ERROR, 0);
  bytes[4] = indexIn(position);
  bytes.writeUInt32LE(Math.max(INSTRUCTION_ERRORS.indexOf(innerName), 0), 5);
  if (bytes.length === 13) bytes.writeUInt32LE(Number(innerValue) >>> 0, 9);
  return bytes;
}

/** The error in words with few values: "InstructionError 2 Custom 6002". Never throws, whatever the bytes. */
export function describeTransactionError(error: Uint8Array): string {
  const bytes = Buffer.from(error.buffer, error.byteOffset, error.byteLength);
  if (bytes.length < 4) return 'unknown';
  const name = TRANSACTION_ERRORS[bytes.readUInt32LE(0)] ?? 'unknown';
  if (name !== 'InstructionError' || bytes.length < 9) return name;
  const inner = bytes.readUInt32LE(5);
  const code = inner === CUSTOM && bytes.length >= 13 ? ` ${bytes.readUInt32LE(9)}` : '';
  return `${name} ${bytes[4]} ${INSTRUCTION_ERRORS[inner] ?? 'unknown'}${code}`;
}

function variant(value: unknown): readonly [string, unknown] {
  if (typeof value === 'string') return [value, null];
  if (typeof value === 'object' && value !== null) {
    const entry = Object.entries(value)[0];
    if (entry !== undefined) return entry;
  }
  return ['unknown', null];
}

function indexIn(value: unknown): number {
  if (typeof value === 'number') return value & 255;
  if (typeof value === 'object' && value !== null) return indexIn(Object.values(value)[0]);
  return 0;
}
