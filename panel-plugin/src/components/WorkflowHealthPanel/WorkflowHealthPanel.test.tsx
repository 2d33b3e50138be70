import {
  applyFieldOverrides,
  createTheme,
  LoadingState,
  locationUtil,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  toDataFrame,
  type DataFrame,
  type DataLink,
  type GrafanaConfig,
} from '@grafana/data';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DEFAULT_OPTIONS } from '../../options';
import { panel } from '../../testing/panel';
import { alertsFrame, edge, edgesFrame, node, nodesFrame, pricesTopology } from '../../testing/topology';

standardEditorsRegistry.setInit(() => []);
standardFieldConfigEditorRegistry.setInit(() => []);

const card = (name: string | RegExp) => screen.getByRole('button', { name });

/** The topology as the panel's host hands it over, with a data link that all fields have. */
function linked(series: DataFrame[], links: DataLink[]): DataFrame[] {
  locationUtil.initialize({
    config: { appSubUrl: '' } as GrafanaConfig,
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({ from: 'now-1h', to: 'now' }),
  });
  return applyFieldOverrides({
    data: series.map((frame) => ({
      ...frame,
      fields: frame.fields.map((field) => ({ ...field, config: { ...field.config, links } })),
    })),
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text, variables) => {
      const context = variables?.__dataContext?.value as { rowIndex?: number } | undefined;
      return text.replace('${row}', String(context?.rowIndex));
    },
    theme: createTheme(),
  });
}

describe('cards', () => {
  it('say name, state in words, engines and what is wrong', () => {
    render(panel(pricesTopology()));
    expect(card(/^predictor in prices, Error, 3 of 4 running, 1 error$/)).toBeInTheDocument();
    expect(card(/^reader in prices, Running, 1 of 1 running, 423 rejected$/)).toBeInTheDocument();
  });

  it('keep their numbers in a panel of middling width, and their names in a narrow one', () => {
    const { rerender } = render(panel(pricesTopology(), { width: 800 }));
    expect(card(/^predictor/)).toHaveTextContent('3 of 4 running, 1 errorIn10 rec/sOut10 rec/sRejected');
    rerender(panel(pricesTopology(), { width: 400 }));
    expect(card(/^predictor/)).toHaveTextContent(/^predictorError$/);
  });

  it('show a symbol and a word for the state, and numbers in the unit of their field', () => {
    render(panel(pricesTopology()));
    const predictor = card(/^predictor/);
    expect(predictor.querySelector('[data-state="error"]')).not.toBeNull();
    expect(predictor).toHaveTextContent('Error');
    expect(predictor).toHaveTextContent('3 of 4 running, 1 error');
    expect(predictor).toHaveTextContent('10 rec/s');
  });

  it('show what the options choose', () => {
    const cards = { ...DEFAULT_OPTIONS.cards, engines: false, throughput: false, rejects: false };
    render(panel(pricesTopology(), { options: { ...DEFAULT_OPTIONS, cards } }));
    const reader = card(/^reader/);
    expect(reader).toHaveTextContent('12.5%');
    expect(reader).toHaveTextContent('1 GiB');
    expect(reader).not.toHaveTextContent('rec/s');
    expect(reader).not.toHaveTextContent('running,');
  });

  it('stay where they are when only values change', () => {
    const { rerender } = render(panel(pricesTopology()));
    const before = card(/^scorer/).getAttribute('transform');
    const [nodes, edges] = pricesTopology();
    const values = nodes!.fields.map((field) => ({
      ...field,
      values: field.name === 'rps_in' ? [7, 8, 9] : field.values,
    }));
    rerender(panel([edges!, { ...nodes!, fields: values }]));
    expect(card(/^scorer/)).toHaveTextContent('9 rec/s');
    expect(card(/^scorer/).getAttribute('transform')).toBe(before);
  });
});

describe('links', () => {
  it('are drawn with throughput, and without labels where the user does not want them', () => {
    const { rerender } = render(panel(pricesTopology()));
    const texts = () => screen.getAllByTestId('workflow-link').map((link) => link.textContent);
    expect(texts()).toEqual(expect.arrayContaining(['62.5 rec/s', '31 rec/s']));
    rerender(
      panel(pricesTopology(), { options: { ...DEFAULT_OPTIONS, links: { ...DEFAULT_OPTIONS.links, labels: false } } })
    );
    expect(texts()).toEqual(['', '', '']);
  });

  it('to a model that is not listed lead to a placeholder, and a notice names it', async () => {
    render(panel([nodesFrame([node('w', 'a')]), edgesFrame([edge('w', 'a', 'ghost')])]));
    expect(card(/^ghost in w, Not listed/)).toBeInTheDocument();
    const notice = screen.getByRole('button', { name: /“ghost”/ });
    await userEvent.click(notice);
    expect(screen.getByRole('list')).toHaveTextContent('that the topology does not list');
  });
});

describe('alerts', () => {
  const alerts = alertsFrame([
    { time: 0, model: 'scorer', severity: 'critical', text: 'Error rate above 5 %' },
    { time: 0, model: 'scorer', severity: 'warning', text: 'Drift' },
  ]);

  it.each([
    ['another query', () => panel([...pricesTopology(), alerts])],
    ['annotations', () => panel(pricesTopology(), { annotations: [alerts] })],
  ])('of %s mark their model with count and worst severity', (_, element) => {
    render(element());
    const badge = screen.getByTestId('alert-badge');
    expect(card(/^scorer .*2 alerts, worst critical$/)).toContainElement(badge);
    expect(badge).toHaveTextContent('2');
    expect(badge).toHaveAttribute('data-rank', 'critical');
  });

  it('are told in the tooltip, with severity and text', async () => {
    render(panel([...pricesTopology(), alerts]));
    fireEvent.pointerMove(card(/^scorer/), { clientX: 10, clientY: 10 });
    expect(await screen.findByText('Error rate above 5 %')).toBeInTheDocument();
    fireEvent.pointerLeave(card(/^scorer/));
    await waitFor(() => expect(screen.queryByText('Error rate above 5 %')).not.toBeInTheDocument());
  });
});

describe('details', () => {
  it('open by Enter, follow new values and close by Escape, which gives the focus back', async () => {
    const { rerender } = render(panel(pricesTopology()));
    act(() => card(/^predictor/).focus());
    await userEvent.keyboard('{Enter}');
    const details = () => screen.getByRole('region', { name: 'Details of predictor' });
    expect(within(details()).getByText('3 running')).toBeInTheDocument();
    expect(within(details()).getByText('1 error')).toBeInTheDocument();
    expect(within(details()).getByText('from reader')).toBeInTheDocument();
    expect(within(details()).getByText('to scorer')).toBeInTheDocument();
    expect(within(details()).getAllByText(/slot 1 → slot 0: 62.5 rec\/s/)).toHaveLength(2);

    rerender(panel([nodesFrame([node('prices', 'predictor', { engines: 2, running: 2 })])]));
    expect(within(details()).getByText('2 running')).toBeInTheDocument();

    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('region')).not.toBeInTheDocument();
    expect(card(/^predictor/)).toHaveFocus();
  });

  it('open by a click where the card has no data links', async () => {
    render(panel(pricesTopology()));
    await userEvent.click(card(/^reader/));
    expect(screen.getByRole('region', { name: 'Details of reader' })).toBeInTheDocument();
  });
});

test('a click on a card with data links opens a menu with each link once, for its own row', async () => {
  const series = linked(pricesTopology(), [{ title: 'Logs', url: 'https://logs.example/${row}' }]);
  render(panel(series));
  await userEvent.click(card(/^scorer/));
  const links = screen.getAllByRole('menuitem').filter((item) => item.textContent?.includes('Logs'));
  expect(links).toHaveLength(1);
  expect(links[0]).toHaveAttribute('href', 'https://logs.example/2');
});

describe('zoom', () => {
  const scale = () => Number(/scale\(([\d.]+)\)/.exec(graph().querySelector('g')!.getAttribute('style')!)?.[1]);
  const graph = () => screen.getByRole('group', { name: /^Workflow graph/ });

  it('goes by keys and by wheel with control, and a plain wheel scrolls the dashboard', () => {
    render(panel(pricesTopology()));
    const first = scale();
    fireEvent.keyDown(graph(), { key: '+' });
    const zoomed = scale();
    expect(zoomed).toBeGreaterThan(first);
    expect(fireEvent.wheel(graph(), { deltaY: 40 })).toBe(true);
    expect(scale()).toBe(zoomed);
    expect(fireEvent.wheel(graph(), { deltaY: 40, ctrlKey: true })).toBe(false);
    expect(scale()).toBeLessThan(zoomed);
    fireEvent.keyDown(graph(), { key: '0' });
    expect(scale()).toBe(first);
  });

  it('never shrinks text below 11 pixels: a narrow panel is panned instead', () => {
    render(panel(pricesTopology(), { width: 300, height: 220 }));
    const sizes = [...graph().querySelectorAll('text')].map((text) => Number(text.getAttribute('font-size')));
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.min(...sizes) * scale()).toBeGreaterThanOrEqual(10.99);
  });
});

describe('states of the data', () => {
  it('names what is missing, and what came instead', () => {
    render(
      panel([
        toDataFrame({
          name: 'cpu',
          fields: [
            { name: 'time', values: [1] },
            { name: 'value', values: [1] },
          ],
        }),
      ])
    );
    expect(screen.getByRole('status')).toHaveTextContent('There is no nodes frame: choose the kind Topology');
    expect(screen.getByRole('status')).toHaveTextContent('cpu (time, value)');
  });

  it('keeps the last picture while new data is on its way, and drops it when there is none', () => {
    const { rerender } = render(panel(pricesTopology()));
    rerender(panel([], { state: LoadingState.Loading }));
    expect(card(/^predictor/)).toBeInTheDocument();
    rerender(panel([], { state: LoadingState.Streaming }));
    expect(card(/^predictor/)).toBeInTheDocument();
    rerender(panel([]));
    expect(screen.queryByRole('button', { name: /^predictor/ })).not.toBeInTheDocument();
    expect(screen.getByRole('status')).toHaveTextContent('No workflow to show');
  });

  it('groups several workflows under their titles', () => {
    render(panel([nodesFrame([node('prices', 'a'), node('weather', 'a')])]));
    expect(screen.getByText('prices')).toBeInTheDocument();
    expect(screen.getByText('weather')).toBeInTheDocument();
  });

  it('counts models by state and brings the first one into focus', async () => {
    render(panel(pricesTopology()));
    const summary = screen.getByRole('group', { name: 'Models by state' });
    await userEvent.click(within(summary).getByRole('button', { name: '1 error' }));
    expect(card(/^predictor/)).toHaveFocus();
  });

  it('draws three hundred of more models and says so; those out of sight only once they are looked for', async () => {
    const rows = Array.from({ length: 320 }, (_, index) => node('w', `m${index}`));
    const { container } = render(panel([nodesFrame(rows)]));
    expect(screen.getByText(/Arranging 300 models/)).toBeInTheDocument();
    expect(screen.getByText(/Showing the worst 300 of 320 models/)).toBeInTheDocument();
    const cards = () => container.querySelectorAll('[data-card]').length;
    await waitFor(() => expect(cards()).toBeGreaterThan(0));
    expect(cards()).toBeLessThan(300);
    fireEvent.keyDown(screen.getByRole('group', { name: /^Workflow graph/ }), { key: '1' });
    expect(cards()).toBe(300);
  });
});
