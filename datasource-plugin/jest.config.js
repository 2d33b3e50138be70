// Times in snapshots and labels must not depend on where the tests run.
process.env.TZ = 'UTC';

const base = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

module.exports = {
  ...base,
  // The scaffold transforms .js and .ts only; d3 and other dependencies ship .mjs.
  transform: { '^.+\\.m?[jt]sx?$': Object.values(base.transform)[0] },
  // A dependency of @grafana/plugin-ui ships ES modules alone.
  transformIgnorePatterns: [nodeModulesToTransform([...grafanaESModules, '@marcbachmann/cel-js'])],
  // Lists of Grafana's components are slow to search by role on a busy machine.
  testTimeout: 60_000,
};
