import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MONITOR_METRICS } from './index.js';

it('the documentation lists the metrics of monitors as the catalogue does', () => {
  const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const { name, unit, over, across, help } of MONITOR_METRICS) {
    expect(rows, name).toContainEqual(['', `\`${name}\``, unit, over, across, help, '']);
  }
});
