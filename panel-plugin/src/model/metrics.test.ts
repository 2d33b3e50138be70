import { createTheme, type DataFrame } from '@grafana/data';
import fc from 'fast-check';
import { sampleFrames } from '../testing/samples';
import { edge, edgesFrame, metricFrame, node, nodesFrame, pricesTopology } from '../testing/topology';
import { buildView, type ModelView } from '.';

const show = (series: DataFrame[]) =>
  buildView(series, [], { alerts: { show: true, hideResolved: true } }, createTheme());
const modelOf = (series: DataFrame[], name: string): ModelView => {
  const model = show(series).models.find((one) => one.name === name);
  if (model === undefined) {
    throw new Error(`no model ${name}`);
  }
  return model;
};

describe('numbers of models from metric queries', () => {
  const bare = nodesFrame([
    node('prices', 'lstm', { rps_in: null, rps_out: null, mainstat: null, secondarystat: null }),
  ]);

  it('are read as our data source sends them', () => {
    const { stats } = modelOf([bare, ...sampleFrames('timeseries-multi')], 'lstm');
    expect(stats.rpsIn).toMatchObject({ value: 69, text: '69 rec/s', history: [71.6, 70.25, 69] });
    expect(stats.rpsOut).toMatchObject({ value: 68.75, history: [71.5, null, 68.75] });
  });

  it('join slots, engines and names of other systems as the metric says', () => {
    const { stats } = modelOf(
      [
        nodesFrame([node('prices', 'lstm', { cpu: null, memory: null, rejected: null, rps_in: null, mainstat: null })]),
        metricFrame('rps', { model: 'lstm', slot: '0' }, [1, 2]),
        metricFrame('rps', { model: 'lstm', slot: '2' }, [10, 20]),
        metricFrame('cpu.utilization', { model: 'lstm', engine: 'a' }, [10, 30]),
        metricFrame('pneumograph_cpu_utilization', { model: 'lstm', engine: 'b' }, [30, 50]),
        metricFrame('record.rejected.by.schema.count', { model: 'lstm', slot: '0' }, [1, null, 4]),
        metricFrame('latency', { model: 'lstm', workflow: '' }, [0.5, 0.25]),
        metricFrame('latency', { model: 'lstm', workflow: 'elsewhere' }, [9, 9]),
      ],
      'lstm'
    );
    expect(stats.rpsIn?.value).toBe(22);
    expect(stats.cpu?.value).toBe(40);
    expect(stats.rejected?.value).toBe(5);
    expect(stats.latency).toMatchObject({ value: 0.25, text: '250 ms' });
  });

  it('leave the number of the topology in place and add how it came to be', () => {
    const { stats } = modelOf(
      [...pricesTopology(), metricFrame('rps', { model: 'reader', slot: '0' }, [1, 2])],
      'reader'
    );
    expect(stats.rpsIn).toMatchObject({ value: 10, history: [1, 2] });
  });

  it('have bounds by the field, its unit or its thresholds, and none otherwise', () => {
    const nodes = nodesFrame([node('w', 'a', { cpu: 25, memory: 2 ** 29, latency: 4 } as object)]);
    expect(modelOf([nodes], 'a').stats.cpu?.bounds).toEqual({ share: 0.25, marks: [] });
    const two = nodesFrame([node('w', 'a', { memory: 2 ** 28 }), node('w', 'b', { memory: 2 ** 30 })]);
    expect(modelOf([two], 'a').stats.memory?.bounds).toEqual({ share: 0.25, marks: [] });
    expect(modelOf([nodes], 'a').stats.rpsIn?.bounds).toBeUndefined();
    const memory = nodes.fields.find(({ name }) => name === 'memory');
    memory!.config = { max: 2 ** 30 };
    expect(modelOf([nodes], 'a').stats.memory?.bounds).toEqual({ share: 0.5, marks: [] });
    const steps = [-Infinity, 50, 200].map((value) => ({ value, color: 'red' }));
    const config = { color: { mode: 'thresholds' }, thresholds: { mode: 'absolute' as never, steps } };
    const latency = metricFrame('latency', { model: 'a', workflow: 'w' }, [100], config);
    expect(modelOf([nodes, latency], 'a').stats.latency?.bounds).toEqual({ share: 0.5, marks: [0.25] });
  });

  it('keep histories short, their end included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noNaN: true, min: 0, max: 1e6 })), { minLength: 2, maxLength: 500 }),
        (values) => {
          const { stats } = modelOf([bare, metricFrame('rps', { model: 'lstm', slot: '0' }, values)], 'lstm');
          const history = stats.rpsIn?.history ?? [];
          const known = values.filter((value) => value !== null);
          expect(history.length).toBeLessThanOrEqual(60);
          expect(stats.rpsIn?.value).toBe(known[known.length - 1]);
          for (const value of history) {
            expect(value === null || (value >= Math.min(...known) - 1e-6 && value <= Math.max(...known) + 1e-6)).toBe(
              true
            );
          }
        }
      )
    );
  });
});

describe('backlogs', () => {
  it('are of the link that they came by', () => {
    const nodes = nodesFrame(['a', 'b', 'c'].map((name) => node('prices', name)));
    const edges = edgesFrame([edge('prices', 'a', 'c'), edge('prices', 'b', 'c', { target_slot: 2 })]);
    const { links, models } = show([
      nodes,
      edges,
      metricFrame('backlog', { model: 'c', slot: '0', from: 'a:1' }, [3, 7]),
      metricFrame('backlog', { model: 'c', slot: '2', from: 'b:1' }, [5]),
    ]);
    expect(links.map(({ backlog }) => backlog?.value)).toEqual([7, 5]);
    expect(models.find(({ name }) => name === 'c')?.stats.backlog?.value).toBe(7);
  });

  it('of edges count where no metric tells more', () => {
    const edges = edgesFrame([edge('w', 'a', 'b')]);
    edges.fields.push({ name: 'backlog', type: 'number' as never, config: {}, values: [42] });
    expect(show([nodesFrame([node('w', 'a'), node('w', 'b')]), edges]).links[0].backlog?.text).toBe('42');
  });
});

describe('drift and divergence', () => {
  const monitored = (metric: string, value: number, monitor = 'm') =>
    modelOf(
      [...pricesTopology(), metricFrame(metric, { model: 'scorer', monitor, feature: 'price' }, [value])],
      'scorer'
    );

  it.each([
    ['drift.psi', 0.05, undefined],
    ['drift.psi', 0.15, 'warning'],
    ['drift.psi', 0.31, 'critical'],
    ['drift.detected', 1, 'warning'],
  ] as const)('of %s %d is ranked %s', (metric, value, rank) => {
    expect(monitored(metric, value).badges).toMatchObject([
      { kind: 'drift', rank, text: expect.stringContaining(`${metric} of price: ${value}`) },
    ]);
  });

  it('by an alert is of its severity', () => {
    const { badges } = modelOf([...sampleFrames('topology'), ...sampleFrames('alerts')], 'lstm');
    expect(badges).toMatchObject([{ kind: 'drift', rank: 'critical' }]);
  });

  it('of a monitor that is named for it is told by its value', () => {
    expect(monitored('error.mae', 0.004, 'range-divergence').badges).toMatchObject([
      { kind: 'divergence', rank: undefined },
    ]);
  });

  it('is not there where nothing speaks of it', () => {
    expect(monitored('quality.missing', 0.5).badges).toEqual([]);
    expect(monitored('quality.missing', 0.5).measures).toMatchObject([{ metric: 'quality.missing', feature: 'price' }]);
  });
});
