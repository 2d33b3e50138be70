import { METRICS, ownMetric } from '@pneumograph/contract';
import { helpReader } from './metricHelp';

test('every metric of the contract is told in the words of the contract', () => {
  const helpOf = helpReader();
  for (const metric of METRICS) {
    expect([metric.name, helpOf({ ...metric, help: undefined })]).toEqual([metric.name, metric.help]);
  }
});

test('a metric that a monitor named, or a newer ingest backend, is told in the words of the catalogue', () => {
  const helpOf = helpReader();
  const { help, ...untold } = ownMetric('my.score', true);
  expect(helpOf({ ...untold, help })).toBe(help);
  expect(helpOf(untold)).toBeUndefined();
});
