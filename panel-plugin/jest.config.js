// Times in snapshots and labels must not depend on where the tests run.
process.env.TZ = 'UTC';

const base = require('./.config/jest.config');

module.exports = {
  ...base,
  // The scaffold transforms .js and .ts only; d3 and other dependencies ship .mjs.
  transform: { '^.+\\.m?[jt]sx?$': Object.values(base.transform)[0] },
};
