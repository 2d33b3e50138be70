import { createTheme, toDataFrame, type DataFrame } from '@grafana/data';
import fc from 'fast-check';
import { buildView, EngineMemory, type HealthView } from '../../model';
import { node, nodesFrame } from '../../testing/topology';
import { CellMemory, cellsOf } from './cells';

const ENGINES = ['e1', 'e2', 'e3', 'e4'];
const MODELS = ['a', 'b'];
const theme = createTheme();

function frameOf(rows: Array<Record<string, string>>, ...names: string[]): DataFrame {
  return toDataFrame({
    fields: ['time', ...names].map((name) => ({ name, values: rows.map((row) => row[name] ?? 1) })),
  });
}

/** A fleet at a moment: the model and the state of each engine that is there, and alerts. */
const moments = fc.array(
  fc.record({
    states: fc.uniqueArray(
      fc.record({
        engine: fc.constantFrom(...ENGINES),
        model: fc.constantFrom(...MODELS, 'unlisted'),
        state: fc.constantFrom('running', 'error'),
      }),
      { selector: ({ engine }) => engine, minLength: 1 }
    ),
    alerts: fc.array(
      fc.record({
        model: fc.constantFrom(...MODELS),
        engine: fc.constantFrom('', ...ENGINES),
        severity: fc.constantFrom('critical', 'warning'),
      }),
      { maxLength: 2 }
    ),
  }),
  { minLength: 1, maxLength: 4 }
);

test('cells that are remembered are those that would be made anew', () => {
  fc.assert(
    fc.property(moments, (told) => {
      const [engines, cells] = [new EngineMemory(), new CellMemory()];
      for (const { states, alerts } of told) {
        const view: HealthView = buildView(
          [
            nodesFrame(MODELS.map((model) => node('w', model))),
            frameOf(
              states.map((row) => ({ ...row, workflow: 'w' })),
              'engine',
              'model',
              'workflow',
              'state'
            ),
            frameOf(alerts, 'model', 'engine', 'severity'),
          ],
          [],
          { alerts: { show: true, hideResolved: true } },
          theme,
          engines
        );
        const shown = cellsOf(view, 'engines', cells);
        expect(shown).toEqual(cellsOf(view, 'engines'));
        for (const [at, { alerts: own, title, model }] of shown.entries()) {
          const about = alerts.filter(
            (alert) => model === `w/${alert.model}` && (alert.engine === '' || alert.engine === title)
          );
          // Alerts that are the same in all but their number are one.
          expect({ at, count: own.count }).toEqual({
            at,
            count: new Set(about.map((alert) => JSON.stringify(alert))).size,
          });
        }
      }
    })
  );
});
