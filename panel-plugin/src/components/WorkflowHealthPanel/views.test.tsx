import { toDataFrame, type DataFrame } from '@grafana/data';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { cellSize } from '../GridView/cells';
import { panel as anyPanel, type Overrides } from '../../testing/panel';
import { savedFiles } from '../../testing/saved';
import { alertsFrame, node, nodesFrame, pricesTopology } from '../../testing/topology';

const [FROM, TO] = [1_000_000, 1_600_000];

function panel(series: DataFrame[], view: Overrides['view'], more: Overrides = {}) {
  return anyPanel(series, { view, range: { from: FROM, to: TO }, width: 1000, height: 400, ...more });
}

interface StateRow {
  time: number;
  timeEnd?: number;
  state: string;
  engine: string;
  model: string;
  cause?: string;
}

function statesFrame(rows: StateRow[]): DataFrame {
  const names = ['time', 'timeEnd', 'state', 'cause', 'engine', 'model'] as const;
  return toDataFrame({
    refId: 'C',
    fields: [
      ...names.map((name) => ({
        name,
        type: name.startsWith('time') ? 'time' : 'string',
        values: rows.map((row) => row[name] ?? null),
      })),
      { name: 'workflow', type: 'string', values: rows.map(() => 'prices') },
    ],
  });
}

const STATES = statesFrame([
  { time: FROM, timeEnd: FROM + 300_000, state: 'running', engine: 'e1', model: 'predictor', cause: 'state message' },
  { time: FROM + 300_000, state: 'error', engine: 'e1', model: 'predictor', cause: 'state message' },
  { time: FROM, state: 'running', engine: 'e2', model: 'predictor' },
  { time: FROM, state: 'running', engine: 'e3', model: 'reader' },
]);

describe('the switch', () => {
  it('shows the same data another way, until the option is another', async () => {
    const { rerender } = render(panel(pricesTopology(), { name: 'graph' }));
    expect(screen.getByRole('group', { name: /^Workflow graph/ })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'All models in a table' }));
    expect(screen.getByRole('table')).toBeInTheDocument();
    rerender(panel(pricesTopology(), { name: 'graph' }));
    expect(screen.getByRole('table')).toBeInTheDocument();
    rerender(panel(pricesTopology(), { name: 'grid' }));
    expect(screen.getByRole('group', { name: /^Cells/ })).toBeInTheDocument();
  });

  it('is not there where the dashboard does not want it, or there is no room', () => {
    const { rerender } = render(panel(pricesTopology(), { switch: false }));
    expect(screen.queryByRole('radio')).not.toBeInTheDocument();
    rerender(panel(pricesTopology(), {}, { width: 300 }));
    expect(screen.queryByRole('radio')).not.toBeInTheDocument();
  });
});

it('says only of the graph that it shows some of the models', () => {
  const many = [nodesFrame(Array.from({ length: 320 }, (_, index) => node('w', `m${index}`)))];
  const { rerender } = render(panel(many, { name: 'graph' }));
  expect(screen.getByText(/worst 300 of 320/)).toBeInTheDocument();
  for (const name of ['grid', 'timeline', 'table'] as const) {
    rerender(panel(many, { name }));
    expect(screen.queryByText(/worst 300 of 320/)).not.toBeInTheDocument();
  }
});

describe('the table', () => {
  const names = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map((row) => within(row).getAllByRole('cell')[0].textContent);

  it('has the worst first, and sorts by what is clicked', async () => {
    const many = [
      node('w', 'b', { rejected: 5 }),
      node('w', 'a', { status: 'error' }),
      node('w', 'c', { rejected: 9 }),
    ];
    render(panel([nodesFrame(many)], { name: 'table' }));
    expect(names()).toEqual(['a', 'b', 'c']);
    await userEvent.click(screen.getByRole('button', { name: 'Rejected' }));
    expect(names()).toEqual(['c', 'b', 'a']);
    expect(screen.getByRole('columnheader', { name: /Rejected/ })).toHaveAttribute('aria-sort', 'descending');
    await userEvent.click(screen.getByRole('button', { name: /Model/ }));
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('searches, and opens details', async () => {
    render(
      panel([...pricesTopology(), alertsFrame([{ time: 0, model: 'scorer', severity: 'critical', text: 'Bad' }])], {
        name: 'table',
      })
    );
    expect(screen.getByRole('img', { name: '1 alert, worst critical' })).toBeInTheDocument();
    await userEvent.type(screen.getByRole('textbox', { name: /^Search/ }), 'SCOR');
    expect(names()).toEqual(['scorer']);
    await userEvent.click(screen.getByRole('button', { name: 'scorer' }));
    expect(screen.getByRole('region', { name: 'Details of scorer' })).toHaveTextContent('Bad');
    await userEvent.type(screen.getByRole('textbox', { name: /^Search/ }), ' nothing');
    expect(screen.getByText('No model fits the search.')).toBeInTheDocument();
  });

  it('draws the rows in sight alone, of thousands', () => {
    const many = Array.from({ length: 5000 }, (_, index) => node('w', `model ${String(index).padStart(4, '0')}`));
    render(panel([nodesFrame(many)], { name: 'table' }));
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(names()[0]).toBe('model 0000');
    const region = screen.getByRole('region', { name: 'Models' });
    Object.defineProperty(region, 'scrollTop', { value: 30 * 4000 });
    fireEvent.scroll(region);
    expect(names()).toContain('model 4003');
  });
});

describe('the grid', () => {
  it('has a cell an engine where a query tells them, and a cell a model where not', () => {
    const { rerender } = render(panel([...pricesTopology(), STATES], { name: 'grid' }));
    const cells = () => within(screen.getByRole('group', { name: /^Cells/ })).getAllByRole('button');
    expect(cells().map((cell) => cell.getAttribute('aria-label'))).toEqual([
      'e1, predictor in prices, Error',
      'e2, predictor in prices, Running',
      'e3, reader in prices, Running',
    ]);
    rerender(panel(pricesTopology(), { name: 'grid' }));
    expect(cells()).toHaveLength(3);
    expect(cells()[0]).toHaveAccessibleName('predictor, prices, Error');
  });

  it('goes by arrow keys, opens by Enter, and finds the first in a state', async () => {
    render(panel([...pricesTopology(), STATES], { name: 'grid', rows: 'models' }));
    const reader = screen.getByRole('button', { name: /^reader/ });
    screen.getByRole('button', { name: /^predictor/ }).focus();
    await userEvent.keyboard('{ArrowRight}');
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(reader).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(screen.getByRole('region', { name: 'Details of reader' })).toBeInTheDocument();
  });

  it('draws the cells in sight alone, of thousands', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => node('w', `m${index}`));
    render(panel([nodesFrame(many)], { name: 'grid', rows: 'models' }));
    expect(screen.getAllByRole('button', { name: /^m\d+/ }).length).toBeLessThan(1500);
  });
});

describe('the size of cells', () => {
  const count = fc.integer({ min: 1, max: 12_000 });
  const pixels = fc.integer({ min: 200, max: 2000 });

  it('lets all be in sight side by side, or scrolls downwards alone', () => {
    fc.assert(
      fc.property(count, pixels, pixels, (cells, width, height) => {
        const size = cellSize(cells, width, height);
        expect(size.columns * (size.width + size.gap) - size.gap).toBeLessThanOrEqual(width);
        expect(size.width).toBeGreaterThan(8);
        if (size.lines > 0) {
          expect(Math.ceil(cells / size.columns) * (size.height + size.gap)).toBeLessThanOrEqual(height);
        }
      })
    );
  });

  it.each([
    [12, 280, 400],
    [200, 1780, 630],
    [60, 800, 300],
  ])('leaves %i cells their names on %i by %i pixels', (cells, width, height) => {
    expect(cellSize(cells, width, height).lines).toBeGreaterThan(0);
  });

  it('shows ten thousand engines at one look on a large panel', () => {
    const { columns, height, gap } = cellSize(10_000, 1780, 860);
    expect(Math.ceil(10_000 / columns) * (height + gap)).toBeLessThanOrEqual(860);
  });
});

describe('the timeline', () => {
  it('has a row an engine, its states with their cause, and alerts over them', () => {
    const alerts = alertsFrame([{ time: FROM + 60_000, model: 'reader', severity: 'warning', text: 'Drift' }]);
    render(panel([...pricesTopology(), STATES, alerts], { name: 'timeline' }));
    const row = screen.getByRole('img', { name: /^e1: Error since/ });
    const bands = [...row.querySelectorAll('rect[data-state]')];
    expect(bands.map((band) => band.getAttribute('data-state'))).toEqual(['running', 'error']);
    expect(bands[0].querySelector('title')?.textContent).toMatch(/^Running from .* \(5 min\), by state message$/);
    expect(Number(bands[1].getAttribute('x'))).toBeCloseTo(Number(bands[0].getAttribute('width')), 1);
    expect(screen.getAllByTestId('timeline-alert')).toHaveLength(1);
    expect(within(screen.getByRole('img', { name: /^e3/ })).getByText(/Drift/)).toBeInTheDocument();
  });

  it('has a row a model by its worst engine where that is wanted', () => {
    render(panel([...pricesTopology(), STATES], { name: 'timeline', rows: 'models' }));
    expect(screen.getByRole('img', { name: /^predictor: Error since/ })).toBeInTheDocument();
    expect(screen.getByRole('img', { name: /^reader: Running since/ })).toBeInTheDocument();
  });

  it('works on states alone, and says what is missing where there are none', () => {
    const { rerender } = render(panel([STATES], { name: 'timeline' }));
    expect(screen.getByRole('img', { name: /^e1/ })).toBeInTheDocument();
    rerender(panel(pricesTopology(), { name: 'timeline' }));
    expect(screen.getByText(/need a second query of the kind Engine status/)).toBeInTheDocument();
  });

  it('is told, as a grid of engines is, where times of states contradict each other', () => {
    const overlapping = statesFrame([
      { time: FROM, timeEnd: FROM + 50, state: 'running', engine: 'e1', model: 'predictor' },
      { time: FROM + 20, timeEnd: FROM + 40, state: 'error', engine: 'e1', model: 'predictor' },
    ]);
    const frames = [...pricesTopology(), overlapping];
    const { rerender } = render(panel(frames, { name: 'timeline' }));
    const notice = () => screen.queryByRole('button', { name: /Times of states contradict each other/ });
    expect(notice()).toBeInTheDocument();
    rerender(panel(frames, { name: 'grid', rows: 'engines' }));
    expect(notice()).toBeInTheDocument();
    // They show no states of engines over time.
    rerender(panel(frames, { name: 'grid', rows: 'models' }));
    expect(notice()).not.toBeInTheDocument();
  });

  it('writes times as the dashboard’s time zone has them', () => {
    const range = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 6) };
    const { rerender } = render(panel([STATES], { name: 'timeline' }, { range, timeZone: 'utc' }));
    expect(screen.getByText('06:00')).toBeInTheDocument();
    rerender(panel([STATES], { name: 'timeline' }, { range, timeZone: 'America/New_York' }));
    expect(screen.getByText('01:00')).toBeInTheDocument();
    expect(screen.queryByText('06:00')).not.toBeInTheDocument();
  });

  it('has annotations that are about no model over all rows, and no others', () => {
    const annotations = [
      toDataFrame({
        fields: [
          { name: 'time', type: 'time', values: [FROM + 1000, FROM + 2000, TO + 1000] },
          { name: 'text', type: 'string', values: ['<b>Version</b> 2 deployed', 'Drift', 'Later'] },
          { name: 'tags', values: [['deployment'], ['model:reader'], []] },
        ],
      }),
    ];
    render(panel([...pricesTopology(), STATES], { name: 'timeline' }, { annotations }));
    const events = screen.getAllByTestId('timeline-event').map((event) => event.getAttribute('aria-label'));
    expect(events).toEqual([expect.stringMatching(/: Version 2 deployed$/)]);
    expect(screen.getAllByTestId('timeline-alert')).toHaveLength(1);
  });

  it('has each alert once on the row of a model, and on the rows of the engines that it is about', () => {
    const alerts = toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [FROM, FROM] },
        { name: 'model', type: 'string', values: ['predictor', 'predictor'] },
        { name: 'severity', type: 'string', values: ['critical', 'warning'] },
        { name: 'engine', type: 'string', values: ['e1', ''] },
        { name: 'text', type: 'string', values: ['One engine', 'All engines'] },
      ],
    });
    const marks = (name: RegExp) => within(screen.getByRole('img', { name })).queryAllByTestId('timeline-alert').length;
    const { rerender } = render(panel([...pricesTopology(), STATES, alerts], { name: 'timeline', rows: 'models' }));
    expect([marks(/^predictor/), marks(/^reader/)]).toEqual([2, 0]);
    rerender(panel([...pricesTopology(), STATES, alerts], { name: 'timeline', rows: 'engines' }));
    expect([marks(/^e1/), marks(/^e2/), marks(/^e3/)]).toEqual([2, 1, 0]);
  });
});

test.each([
  ['grid', 'e1'],
  ['timeline', 'e1'],
  ['table', 'predictor'],
] as const)('the whole %s is saved as an SVG, what is out of sight too', async (view, name) => {
  render(panel([...pricesTopology(), STATES], { name: view }, { height: 120, title: 'Prices' }));
  const [file] = await savedFiles(async () => {
    await userEvent.click(screen.getByRole('button', { name: /^More/ }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /Save as SVG/ }));
    await waitFor(() => expect(screen.queryByTestId('offscreen')).not.toBeInTheDocument());
  });
  expect(file?.name).toBe('prices.svg');
  const parsed = new DOMParser().parseFromString(file?.text ?? '', 'image/svg+xml');
  expect(parsed.querySelector('parsererror')).toBeNull();
  expect(within(parsed.documentElement as HTMLElement).getByText(name)).toBeTruthy();
  expect(file?.text).not.toContain('class=');
});

test('an empty topology is told as that, and not by its fields', () => {
  render(panel([nodesFrame([])], { name: 'table' }));
  expect(screen.getByRole('status')).toHaveTextContent(/lists no models/);
  expect(screen.getByRole('status')).not.toHaveTextContent(/The query returned/);
});
