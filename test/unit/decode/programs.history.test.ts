import { meteoraDammV2 } from '../../../src/decode/meteora-damm-v2/program.ts';
import { meteoraDbc } from '../../../src/decode/meteora-dbc/program.ts';
import type { ProgramDecoder } from '../../../src/decode/program.ts';
import { pumpFees } from '../../../src/decode/pump-fees/program.ts';
import { pumpFun } from '../../../src/decode/pump-fun/program.ts';
import { pumpSwap } from '../../../src/decode/pump-swap/program.ts';
import { writeBody } from '../../support/body-writer.ts';

/** Bodies as earlier releases of the programs wrote them: they end before the field that is named. */
const SHORTER: readonly (readonly [program: ProgramDecoder, event: string, appended: string])[] = [
  [pumpFees, 'SocialFeePdaClaimed', 'quote_mint'],
  [pumpFees, 'UpdateFeeSharesEvent', 'version'],
  [pumpFees, 'ResetFeeSharingConfigEvent', 'old_version'],
  ...[pumpFun, pumpSwap].flatMap((program) => [
    [program, 'CloseUserVolumeAccumulatorEvent', 'total_unclaimed_tokens'] as const,
    [program, 'AdminUpdateTokenIncentivesEvent', 'mint'] as const,
    [program, 'ClaimTokenIncentivesEvent', 'timestamp'] as const,
    [program, 'ClaimTokenIncentivesEvent', 'total_claimed_tokens'] as const,
    [program, 'SyncUserVolumeAccumulatorEvent', 'timestamp'] as const,
  ]),
  [meteoraDbc, 'EvtPartnerClaimPoolCreationFee', 'fee_receiver'],
  [meteoraDammV2, 'EvtCreateConfig', 'permission'],
  [meteoraDammV2, 'EvtCreateDynamicConfig', 'permission'],
  [meteoraDammV2, 'EvtFundReward', 'reward_duration_end'],
];

test.each(SHORTER.map(([program, event, appended]) => ({ program, venue: program.name, event, appended })))(
  'a $event of $venue from before its $appended is read',
  ({ program, event, appended }) => {
    const layout = program.events.find(({ name }) => name === event)?.layout;
    const body = writeBody(layout?.fields ?? [], {}, appended);
    expect(layout?.read(body, 0)?.tail).toBeNull();
    expect(layout?.read(body, 0)?.fields).toHaveProperty(appended, undefined);
  },
);

test('an EvtInitializeReward from before its creator, which does not stand at the end, is read', () => {
  const layout = meteoraDammV2.events.find(({ name }) => name === 'EvtInitializeReward')?.layout;
  const older = (layout?.fields ?? []).filter(([name]) => name !== 'creator');
  const reading = layout?.read(writeBody(older, { reward_index: 1, reward_duration: 77n }), 0);
  expect(reading).toMatchObject({ tail: null, fields: { reward_index: 1, reward_duration: 77n } });
});

test.each([
  [pumpFees, 'reset_fee_sharing_config', '0a02b65f107f81ba'],
  [pumpFees, 'reset_fee_sharing_config_v2', 'a9f511d15e5bf880'],
  [pumpFees, 'RevokeFeeSharingAuthorityEvent', '7217653c0ebe993e'],
  [pumpFees, 'TransferFeeSharingAuthorityEvent', '7c8fc6f54db808ec'],
  [meteoraDammV2, 'EvtSplitPosition', 'b68a2afe1b5e52dd'],
  [meteoraDbc, 'EvtClaimProtocolLiquidityMigrationFee', '51a8741fa1561b23'],
])('what programs no longer do is still known (%#)', (program, name, discriminator) => {
  const known = [...program.instructions, ...program.events].find((spec) => spec.name === name);
  expect(known?.discriminator).toBe(discriminator);
});

test.each(['claim_pool_creation_fee', 'claim_legacy_pool_creation_fee', 'withdraw_lamports_from_pool_authority'])(
  'the older %s of Meteora DBC is known',
  (name) => {
    expect(meteoraDbc.instructions.map((spec) => spec.name)).toContain(name);
  },
);
