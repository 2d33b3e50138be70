import { toDataFrame, type DataFrame } from '@grafana/data';
import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { panel as anyPanel, type Overrides } from '../../testing/panel';
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
});
