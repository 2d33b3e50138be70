// Times in snapshots and labels must not depend on where the tests run.
process.env.TZ = 'UTC';

const base = require('./.config/jest.config');

module.exports = {
  ...base,
  // There are no workers in jsdom, and no loader that bundles their code.
  moduleNameMapper: { ...base.moduleNameMapper, '\\.worker\\?source$': '<rootDir>/src/testing/workerSource.ts' },
  // A busy machine is no fault of the code.
  testTimeout: 60_000,
  // The scaffold transforms .js and .ts only; d3 and other dependencies ship .mjs.
  transform: { '^.+\\.m?[jt]sx?$': Object.values(base.transform)[0] },
};
