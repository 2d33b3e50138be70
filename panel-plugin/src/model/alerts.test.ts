import { AlertState, createTheme, toDataFrame, type DataFrame } from '@grafana/data';
import fc from 'fast-check';
import { sampleFrames } from '../testing/samples';
import { alertsFrame, edge, edgesFrame, node, nodesFrame, pricesTopology } from '../testing/topology';
import { alertWord, buildView, type AlertView } from '.';
import { compareAlerts } from './alerts';
import { alertStatus } from './alertStates';

const show = (series: DataFrame[], annotations: DataFrame[] = [], more: object = {}) =>
  buildView(series, annotations, { alerts: { show: true, hideResolved: false }, ...more }, createTheme());

describe('states of alerts', () => {
  it.each([
    ['', 'firing', false],
    ['Alerting', 'firing', false],
    ['pending', 'pending', false],
    ['Recovering', 'recovering', false],
    ['NoData', 'nodata', false],
    ['no_data', 'nodata', false],
    ['Normal (Error)', 'resolved', false],
    ['ERROR', 'error', false],
    ['suppressed', 'firing', true],
    ['escalated', 'other', false],
  ])('%s is read as %s, silenced: %s', (said, status, silenced) => {
    expect(alertStatus(said)).toEqual({ status, silenced });
  });

  it('are told apart by words, those that nobody knows by their own', () => {
    const states = ['firing', 'pending', 'recovering', 'resolved', 'nodata', 'error', 'silenced', 'escalated'];
    const words = states.map((state) => alertWord({ ...alertStatus(state), state }));
    expect(new Set(words).size).toBe(states.length);
    expect(words).toContain('escalated');
  });
});

describe('alerts of our data source', () => {
  it('are alerts and not states, with what they are about and what was seen', () => {
    const { fleet, models, alerts } = show([...sampleFrames('topology'), ...sampleFrames('alerts')]);
    expect(fleet().engines).toEqual([]);
    expect(alerts).toMatchObject([
      { status: 'firing', rank: 'critical', title: 'Drift', monitor: 'data', timeEnd: 1520272680000 },
      { status: 'resolved', rank: 'warning', slot: 0, feature: 'price', evidence: '{"psi":0.31}' },
    ]);
    expect(models.find(({ name }) => name === 'lstm')?.alerts).toMatchObject({ count: 2, worst: 'critical' });
  });

  it('may be silenced, in a field or a label, and come after those that are not', () => {
    const frame = toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [3, 2, 1] },
        { name: 'severity', values: ['critical', 'critical', 'warning'] },
        { name: 'silenced', values: [true, null, null] },
        { name: 'labels', values: ['{"model":"scorer"}', { model: 'scorer', silenced: 'true' }, '{"model":"scorer"}'] },
      ],
    });
    const { alerts } = show([...pricesTopology(), frame]).models.find(({ name }) => name === 'scorer')!;
    expect(alerts.items.map(({ time, silenced }) => [time, silenced])).toEqual([
      [1, false],
      [3, true],
      [2, true],
    ]);
    expect(alerts.worst).toBe('warning');
  });

  it('are silenced where a reason is told why nobody is notified', () => {
    const frame = toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [2, 1] },
        { name: 'model', values: ['scorer', 'scorer'] },
        { name: 'severity', values: ['critical', 'critical'] },
        { name: 'muted', values: ['Silenced by ann: maintenance', ''] },
      ],
    });
    const { alerts } = show([...pricesTopology(), frame]).models.find(({ name }) => name === 'scorer')!;
    expect(alerts.items.map(({ time, silenced, muted }) => [time, silenced, muted])).toEqual([
      [1, false, ''],
      [2, true, 'Silenced by ann: maintenance'],
    ]);
  });

  it('on slots are on the links that join them', () => {
    const nodes = nodesFrame([node('w', 'a'), node('w', 'b')]);
    const frame = toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [1, 2, 3] },
        { name: 'model', values: ['a', 'b', 'b'] },
        { name: 'slot', values: [1, 0, 1] },
        { name: 'severity', values: ['warning', 'critical', 'critical'] },
      ],
    });
    const { links } = show([nodes, edgesFrame([edge('w', 'a', 'b')]), frame]);
    expect(links[0].alerts.map(({ model, slot }) => [model, slot])).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });
});

describe('alerts of Grafana’s rules', () => {
  const history = (rows: Array<[time: number, text: string, state: string]>) =>
    toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: rows.map(([time]) => time) },
        { name: 'text', values: rows.map(([, text]) => text) },
        { name: 'newState', values: rows.map(([, , state]) => state) },
        { name: 'alertId', values: rows.map(() => 7) },
      ],
    });
  const rule = (state: string, model = 'scorer') =>
    `CPU is high {alertname=CPU, model=${model}, severity=critical} - ${state}`;

  it('are one alert from the first change to the last, whatever the order of the changes', () => {
    const changes: Array<[number, string, string]> = [
      [1000, rule('Pending'), 'Pending'],
      [2000, rule('Alerting'), 'Alerting'],
      [3000, rule('Normal'), 'Normal'],
      [4000, rule('Pending'), 'Pending'],
      [5000, rule('Pending', 'reader'), 'Pending'],
    ];
    const ofScorer = (rows: typeof changes) =>
      show(pricesTopology(), [history(rows)]).alerts.filter(({ model }) => model === 'scorer');
    const found = ofScorer(changes);
    expect(found).toMatchObject([
      { time: 4000, timeEnd: undefined, status: 'pending', text: 'CPU is high', rank: 'critical' },
      { time: 1000, timeEnd: 3000, status: 'resolved' },
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(changes, { minLength: changes.length }), (rows) => {
        expect(ofScorer(rows)).toEqual(found);
      })
    );
  });

  it('of the panel itself is told as its state', () => {
    const texts = (state: AlertState) =>
      show(pricesTopology(), [], { rule: { id: 1, panelId: 1, dashboardUID: 'd', state } }).notices.map(
        ({ severity, text }) => `${severity}: ${text}`
      );
    expect(texts(AlertState.Alerting)).toEqual(['alert: Grafana’s alert rule of this panel: firing.']);
    expect(texts(AlertState.Recovering)[0]).toContain('recovering');
    expect(texts(AlertState.OK)).toEqual([]);
    expect(texts(AlertState.Paused)).toEqual([]);
  });
});

test('alerts have one order', () => {
  const frames = fc
    .array(
      fc.record({
        time: fc.option(fc.integer({ min: 0, max: 3 })),
        model: fc.constant('scorer'),
        severity: fc.constantFrom('critical', 'warning', ''),
        state: fc.constantFrom('firing', 'pending', 'resolved', 'silenced', 'odd'),
        text: fc.constantFrom('a', 'b'),
      }),
      { maxLength: 8 }
    )
    .map((rows) => show([...pricesTopology(), alertsFrame(rows)]).alerts);
  fc.assert(
    fc.property(frames, (alerts) => {
      alerts.forEach((one: AlertView, index) => {
        alerts.slice(index + 1).forEach((later) => expect(compareAlerts(one, later)).toBeLessThanOrEqual(0));
      });
    })
  );
});
