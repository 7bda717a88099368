import type { Config } from 'jest';

/** One fast transform (swc) for every project; native ES modules, as the product itself runs. */
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, swcrc: false },
    ],
  },
} satisfies Config;

const project = (name: string) => ({
  ...base,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  // Real servers on a machine that is busy with something else: a missed deadline is told and tried once more.
  setupFilesAfterEnv: ['integration', 'fault'].includes(name) ? ['<rootDir>/test/support/second-try.ts'] : [],
});

const config: Config = {
  // A hang is what it guards against, not slowness: no test asserts a time.
  testTimeout: 60_000,
  projects: ['unit', 'architecture', 'integration', 'fault'].map(project),
};
export default config;
