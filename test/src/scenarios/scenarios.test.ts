import { fileURLToPath } from 'node:url';
import { SCENARIO_NAMES, SCENARIOS } from '@pneumograph/demo-workflow';
import { readDefinitions } from '@pneumograph/ingest-backend';
import { expect, it } from 'vitest';
import { alertsOf } from './alerts-of.js';

const MONITORS = fileURLToPath(new URL('../../../provisioning/monitors', import.meta.url));
/** Seconds: of quiet, in which monitors learn what is usual, and of all. */
const [AFTER, SECONDS] = [240, 540];

const definitions = await readDefinitions(MONITORS);

it('every monitor of the demo is there, and has a scenario', () => {
  const expected = SCENARIO_NAMES.flatMap((name) => SCENARIOS[name].alerts.map(({ monitor }) => monitor));
  const known = definitions.map(({ name }) => name);
  expect([...known].sort()).toEqual([...new Set(expected)].sort());
});

it.each([undefined, ...SCENARIO_NAMES])(
  'scenario %s raises its alerts after it began, and no others',
  { timeout: 120_000 },
  async (scenario) => {
    const alerts = await alertsOf(definitions, scenario, SECONDS, 1, { after: AFTER });
    const about = ({ monitor, model, slot }: { monitor: string; model: string; slot?: number | undefined }): string =>
      `${monitor} on ${model}${slot === undefined ? '' : `:${slot}`}`;
    const expected = scenario === undefined ? [] : SCENARIOS[scenario].alerts;
    expect([...new Set(alerts.map(about))].sort()).toEqual(expected.map(about).sort());
    const begins = Date.UTC(2026, 0, 1) * 1000 + AFTER * 1e6;
    expect(alerts.filter(({ time }) => time < begins)).toEqual([]);
  }
);
