import React from 'react';
import { AlertState, LoadingState, dateTime, toDataFrame, type DataFrame } from '@grafana/data';
import { locationService, setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DEFAULT_OPTIONS } from '../../options';
import { panel } from '../../testing/panel';
import { sampleFrames } from '../../testing/samples';
import { StatText } from './StatText';
import { alertsFrame, edge, edgesFrame, metricFrame, node, nodesFrame, pricesTopology } from '../../testing/topology';

const ALL = { ...DEFAULT_OPTIONS, cards: { ...DEFAULT_OPTIONS.cards, latency: true, backlog: true } };
const card = (name: string | RegExp) => screen.getByRole('button', { name });

describe('cards', () => {
  const more = [
    metricFrame('rps', { model: 'reader', slot: '0' }, [1, null, 3]),
    metricFrame('latency', { model: 'reader' }, [0.25]),
    metricFrame('backlog', { model: 'predictor', slot: '0', from: 'reader:1' }, [1200]),
    metricFrame('drift.psi', { model: 'reader', slot: '0', monitor: 'prices', feature: 'price' }, [0.3]),
  ];

  it('show curves, latency, backlog, bars and badges of what is known', () => {
    render(panel([...pricesTopology(), ...more], { options: ALL }));
    const reader = card(/^reader .*, Drift/);
    expect(reader).toHaveTextContent('Latency250 ms');
    expect(within(reader).getAllByTestId('curve')).toHaveLength(1);
    expect(within(reader).getAllByTestId('bar')).toHaveLength(2);
    expect(within(reader).getByTestId('badge')).toHaveTextContent('Drift');
    expect(card(/^predictor/)).toHaveTextContent('Backlog1.20 K');
    expect(screen.getByText('1.20 K waiting')).toBeInTheDocument();
  });

  it('show no more than the options choose', () => {
    const cards = { ...ALL.cards, history: false, latency: false, cpu: false, memory: false, badges: false };
    const links = { ...ALL.links, backlog: false };
    render(panel([...pricesTopology(), ...more], { options: { ...ALL, cards, links } }));
    expect(card(/^reader/)).not.toHaveTextContent('Latency');
    for (const id of ['curve', 'bar', 'badge']) {
      expect(screen.queryByTestId(id)).not.toBeInTheDocument();
    }
    expect(screen.queryByText(/waiting/)).not.toBeInTheDocument();
  });

  it('tell what follows from a fault upstream apart from the fault', () => {
    const nodes = nodesFrame([
      node('w', 'a', { status: 'error', running: 0, error: 1, rps_out: 0 }),
      node('w', 'b', { rps_in: 0 }),
    ]);
    render(panel([nodes, edgesFrame([edge('w', 'a', 'b', { mainstat: 0 })])]));
    expect(card(/^b in w, Running, Starved by a, 1 of 1 running$/)).toHaveTextContent('Starved by a · 1 of 1 running');
    expect(card(/^a in w, Error, 1 error|^a in w, Error, 0 of 1 running, 1 error/)).not.toHaveTextContent('Starved');
  });
});

describe('a number', () => {
  const measure = (text: string, size: number) => text.length * size * 0.5;
  const told = (room: number) => {
    const cell = { name: 'memory' as const, label: 'Memory' };
    const props = { text: '396 MiB', color: undefined, isAlarming: false, x: 0, y: 0, font: 10, measure };
    const { container, unmount } = render(
      <svg>
        <StatText {...props} cell={cell} room={room} />
      </svg>
    );
    const texts = [...container.querySelectorAll('text')].map(({ textContent }) => textContent);
    unmount();
    return texts;
  };

  it('is told with its unit, and its label is cut where there is no room for both', () => {
    expect(told(71)).toEqual(['Memory', '396 MiB']);
    // The distance gives way first.
    expect(told(69)).toEqual(['Memory', '396 MiB']);
    expect(told(66)).toEqual(['Memo…', '396 MiB']);
    // Of the label enough is left to know it by.
    expect(told(45)).toEqual(['Memo…', '39…']);
  });
});

describe('alerts', () => {
  const states = ['firing', 'pending', 'recovering', 'silenced', 'nodata', 'resolved', 'escalated'];

  it('differ by their words and their signs and not by colour alone', () => {
    const looks = states.map((state) => {
      const alerts = alertsFrame([{ time: 0, model: 'scorer', severity: 'critical', text: 'Bad', state }]);
      const options = { ...DEFAULT_OPTIONS, alerts: { show: true, hideResolved: false } };
      const { unmount } = render(panel([...pricesTopology(), alerts], { options }));
      const name = card(/^scorer/).getAttribute('aria-label');
      const badge = screen.getByTestId('alert-badge');
      const paths = [...badge.querySelectorAll('path')].map((path) =>
        ['d', 'stroke-dasharray']
          .map((attribute) => path.getAttribute(attribute))
          .concat(String(path.getAttribute('fill') === 'none'))
      );
      unmount();
      return { name, sign: JSON.stringify(paths) };
    });
    expect(new Set(looks.map(({ name }) => name)).size).toBe(states.length);
    expect(new Set(looks.map(({ sign }) => sign)).size).toBe(states.length);
    expect(looks[states.indexOf('escalated')].name).toContain('escalated');
  });

  it('on a slot mark the link that it belongs to', async () => {
    const alerts = toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [1] },
        { name: 'model', values: ['predictor'] },
        { name: 'slot', values: [0] },
        { name: 'severity', values: ['warning'] },
        { name: 'text', values: ['Too much waits'] },
      ],
    });
    render(panel([...pricesTopology(), alerts]));
    const marked = screen.getAllByTestId('workflow-link').filter((link) => within(link).queryByTestId('link-alert'));
    expect(marked).toHaveLength(1);
    fireEvent.pointerMove(marked[0], { clientX: 1, clientY: 1 });
    expect(await screen.findByText('Too much waits')).toBeInTheDocument();
  });

  it('of Grafana’s rule on the panel are told first', () => {
    const series = pricesTopology();
    const range = { from: dateTime(0), to: dateTime(0), raw: { from: dateTime(0), to: dateTime(0) } };
    const alertState = { id: 1, panelId: 1, dashboardUID: 'd', state: AlertState.Pending };
    render(panel(series, { data: { series, alertState, state: LoadingState.Done, timeRange: range } }));
    expect(screen.getByRole('button', { name: /alert rule of this panel: pending/ })).toBeInTheDocument();
  });
});

describe('the drawer', () => {
  const open = async (name: string, series: DataFrame[], options = DEFAULT_OPTIONS) => {
    render(panel(series, { options, width: 300, height: 300, range: { from: 0, to: 100_000 } }));
    act(() => card(new RegExp(`^${name}`)).focus());
    await userEvent.keyboard('{Enter}');
    return screen.getByRole('region', { name: `Details of ${name}` });
  };
  const states = toDataFrame({
    fields: [
      { name: 'time', type: 'time', values: [0, 50_000, 0] },
      { name: 'timeEnd', type: 'time', values: [50_000, null, null] },
      { name: 'state', values: ['running', 'error', 'running'] },
      { name: 'cause', values: ['state message', 'silence', ''] },
      { name: 'engine', values: ['e1', 'e1', 'e2'] },
      { name: 'model', values: ['scorer', 'scorer', 'scorer'] },
      { name: 'workflow', values: ['prices', 'prices', 'prices'] },
    ],
  });

  it('has the engines with their history, monitors and numbers, in a panel of 300 pixels too', async () => {
    const psi = metricFrame(
      'drift.psi',
      { model: 'scorer', slot: '0', monitor: 'prices', feature: 'price' },
      [0.1, 0.2]
    );
    const drawer = await open('scorer', [...pricesTopology(), states, psi]);
    expect(within(drawer).getByText(/^Error since 1970-01-01 00:00:50, silence$/)).toBeInTheDocument();
    const strip = within(drawer).getByRole('img', { name: /^e1: Running .*, Error/ });
    const widths = [...strip.querySelectorAll('rect')].slice(1).map((rect) => Number(rect.getAttribute('width')));
    expect(widths).toEqual([150, 150]);
    expect(within(drawer).getByRole('img', { name: /^Worst of all: Running .*, Error/ })).toBeInTheDocument();
    expect(within(drawer).getByText('Monitor prices')).toBeInTheDocument();
    expect(within(drawer).getByText('drift.psi · price · slot 0')).toBeInTheDocument();
  });

  it('shows the evidence of alerts, and links only to where browsers may go', async () => {
    const alerts = toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [1, 2] },
        { name: 'model', values: ['scorer', 'scorer'] },
        { name: 'severity', values: ['warning', 'critical'] },
        { name: 'text', values: ['One', 'Two'] },
        { name: 'evidence', values: ['{"psi":0.31,"window":{"records":[1,2]}}', 'no JSON'] },
        { name: 'url', values: ['https://example.com/rule', 'javascript:alert(1)'] },
      ],
    });
    const drawer = await open('scorer', [...pricesTopology(), alerts]);
    await userEvent.click(within(drawer).getAllByText('Evidence')[1]);
    expect(within(drawer).getByText('window.records')).toBeInTheDocument();
    expect(within(drawer).getByText('1, 2')).toBeInTheDocument();
    expect(
      within(drawer)
        .getAllByRole('link')
        .map((link) => link.getAttribute('href'))
    ).toEqual(['https://example.com/rule']);
  });

  it('is not opened where a click sets the variables instead', async () => {
    setTemplateSrv({ getVariables: () => [] as unknown } as TemplateSrv);
    const actions = { click: 'filter' as const, model: 'model', workflow: '' };
    render(panel(pricesTopology(), { options: { ...DEFAULT_OPTIONS, actions } }));
    await userEvent.click(card(/^scorer/));
    expect(screen.queryByRole('region', { name: /^Details/ })).not.toBeInTheDocument();
    expect(locationService.getSearch().get('var-model')).toBe('scorer');
  });

  it('has a button for each variable that the model may set', async () => {
    setTemplateSrv({ getVariables: () => [] as unknown } as TemplateSrv);
    const actions = { click: 'details' as const, model: 'model', workflow: '' };
    const drawer = await open('scorer', pricesTopology(), { ...DEFAULT_OPTIONS, actions });
    expect(within(drawer).getByRole('button', { name: 'Set model to scorer' })).toBeInTheDocument();
  });
});

test('alerts of our data source mark their model', () => {
  render(panel([...sampleFrames('topology'), ...sampleFrames('alerts')]));
  expect(card(/^lstm in prices, .*1 alert, worst critical$/)).toBeInTheDocument();
});

test('the evidence of an alert is open where its badge was clicked, and stays while its values change', async () => {
  const alerts = (text: string) =>
    toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [40_000] },
        { name: 'model', values: ['scorer'] },
        { name: 'severity', values: ['critical'] },
        { name: 'monitor', values: ['prices'] },
        { name: 'text', values: [text] },
        { name: 'evidence', values: ['{"psi":0.31}'] },
      ],
    });
  const range = { from: 0, to: 100_000 };
  const options = { ...DEFAULT_OPTIONS, actions: { ...DEFAULT_OPTIONS.actions, click: 'filter' as const } };
  const { rerender } = render(panel([...pricesTopology(), alerts('Drift is 0.31')], { range, options }));
  expect(screen.getByTestId('alert-badge')).toHaveTextContent('1 · 1 min');
  await userEvent.click(screen.getByTestId('alert-badge'));
  const drawer = screen.getByRole('region', { name: 'Details of scorer' });
  const evidence = () => within(drawer).getByText('Evidence').closest('details');
  expect(evidence()).toHaveAttribute('open');
  expect(drawer).toHaveTextContent('critical · firing · 1 min, since 1970-01-01 00:00:40');
  rerender(panel([...pricesTopology(), alerts('Drift is 0.35')], { range, options }));
  expect(within(drawer).getByText('Drift is 0.35')).toBeInTheDocument();
  expect(evidence()).toHaveAttribute('open');
});
