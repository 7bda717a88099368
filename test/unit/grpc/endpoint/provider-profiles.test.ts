import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseProfile, readProviderProfiles } from '../../../../src/grpc/endpoint/provider-profiles.ts';
import { PROFILES } from '../../../support/grpc-settings.ts';

test('every shipped profile is readable and a generic one exists', () => {
  expect([...PROFILES.keys()]).toEqual(
    expect.arrayContaining(['generic', 'shyft', 'triton', 'helius', 'chainstack', 'alchemy']),
  );
});

test('auto finds the provider by the host, and an unknown host is generic', () => {
  expect(chooseProfile(PROFILES, 'auto', 'grpc.ams.shyft.to:443').name).toBe('shyft');
  expect(chooseProfile(PROFILES, 'auto', 'notshyft.to.example:443').name).toBe('generic');
  expect(chooseProfile(PROFILES, 'helius', 'grpc.ams.shyft.to:443').name).toBe('helius');
  expect(() => chooseProfile(PROFILES, 'shift', 'x:1')).toThrow(/no profile; there are: auto, alchemy/);
});

test('a broken profile is named with everything that is wrong with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  try {
    const generic = { ...PROFILES.get('generic') };
    writeFileSync(
      join(folder, 'bad.json'),
      JSON.stringify({ ...generic, lapseMs: -1, openings: [{ counts: 'x', limit: 0 }] }),
    );
    expect(() => readProviderProfiles(folder)).toThrow(/bad\.json.*lapseMs.*openings/s);
    writeFileSync(join(folder, 'bad.json'), '{');
    expect(() => readProviderProfiles(folder)).toThrow(/not readable JSON/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
