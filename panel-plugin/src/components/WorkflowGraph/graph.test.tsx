import { locationService } from '@grafana/runtime';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { alertsFrame, edge, edgesFrame, node, nodesFrame, pricesTopology } from '../../testing/topology';
import { savedFiles } from '../../testing/saved';
import { panel } from '../../testing/panel';

const card = (name: RegExp) => screen.getByRole('button', { name });
const graph = () => screen.getByRole('group', { name: /^Workflow graph/ });
const placeOf = (name: RegExp) => card(name).getAttribute('transform');

async function choose(item: RegExp) {
  await userEvent.click(screen.getByRole('button', { name: /^More/ }));
  await userEvent.click(await screen.findByRole('menuitem', { name: item }));
}

describe('the keyboard', () => {
  it('follows links by arrows, opens details by Enter and closes them by Escape', async () => {
    render(panel(pricesTopology()));
    act(() => card(/^reader/).focus());
    await userEvent.keyboard('{ArrowRight}');
    expect(card(/^predictor/)).toHaveFocus();
    await userEvent.keyboard('{ArrowRight}');
    expect(card(/^scorer/)).toHaveFocus();
    await userEvent.keyboard('{ArrowLeft}{Enter}');
    expect(screen.getByRole('region', { name: /^Details of/ })).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('region')).not.toBeInTheDocument();
  });
});

describe('the search', () => {
  it('opens by a slash, dims what it does not find and goes from hit to hit', async () => {
    const rows = ['alpha', 'beta 1', 'beta 2'].map((name) => node('w', name));
    const { container } = render(panel([nodesFrame(rows)]));
    fireEvent.keyDown(graph(), { key: '/' });
    const box = screen.getByRole('textbox', { name: 'Search models' });
    await userEvent.type(box, 'beta');
    expect(screen.getByText('1 of 2')).toBeInTheDocument();
    const faint = [...container.querySelectorAll('[data-card][opacity]')].map((one) => one.textContent);
    expect(faint).toEqual([expect.stringContaining('alpha')]);
    await userEvent.keyboard('{Enter}');
    expect(screen.getByText('2 of 2')).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
    expect(container.querySelectorAll('[data-card][opacity]')).toHaveLength(0);
  });
});

describe('workflows', () => {
  const two = () => [
    nodesFrame([
      node('prices', 'a', { engines: 2, running: 2 }),
      node('prices', 'b', { engines: 3, running: 1, error: 2, status: 'error' }),
      node('weather', 'c'),
    ]),
    edgesFrame([edge('prices', 'a', 'b')]),
    alertsFrame([{ time: 0, model: 'b', severity: 'critical', text: 'Bad' }]),
  ];

  it('fold into one card with the worst state, all engines and all alerts, and unfold again', async () => {
    render(panel(two()));
    await userEvent.click(screen.getByRole('button', { name: 'Fold prices into one card' }));
    const folded = card(/^2 models in prices, 1 of 2 error, 3 of 5 running, 2 error, 1 alert/);
    expect(folded.querySelector('[data-state="error"]')).not.toBeNull();
    expect(screen.queryByRole('button', { name: /^b in prices/ })).not.toBeInTheDocument();
    expect(card(/^c in weather/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Show all models of prices' }));
    expect(card(/^b in prices/)).toBeInTheDocument();
  });

  it('begin folded where the options say so', () => {
    render(panel(two(), { layout: { collapsed: ['prices'] } }));
    expect(card(/^2 models in prices/)).toBeInTheDocument();
  });
});

describe('positions', () => {
  afterEach(() => locationService.push('/'));
  const drag = (name: RegExp) => {
    fireEvent.pointerDown(card(name), { button: 0, clientX: 100, clientY: 100 });
    fireEvent.pointerMove(window, { clientX: 150, clientY: 180, buttons: 1 });
    fireEvent.pointerUp(window, { clientX: 150, clientY: 180 });
  };

  it('that an editor drags a card to are kept in the options, and given up there', async () => {
    locationService.push('/?editPanel=1');
    const onOptionsChange = jest.fn();
    const { rerender } = render(panel(pricesTopology(), { onOptionsChange }));
    const before = placeOf(/^scorer/);
    drag(/^scorer/);
    const [options] = onOptionsChange.mock.lastCall as [
      { layout: { positions: Record<string, { x: number; y: number }> } },
    ];
    expect(Object.keys(options.layout.positions)).toEqual(['prices/scorer']);
    rerender(panel(pricesTopology(), { onOptionsChange, layout: options.layout }));
    expect(placeOf(/^scorer/)).not.toBe(before);
    await choose(/Give up dragged positions/);
    const [given] = onOptionsChange.mock.lastCall as [{ layout: object }];
    rerender(panel(pricesTopology(), { onOptionsChange, layout: given.layout }));
    expect(placeOf(/^scorer/)).toBe(before);
  });

  it('change by Alt and arrows too', () => {
    locationService.push('/?editPanel=1');
    const onOptionsChange = jest.fn();
    render(panel(pricesTopology(), { onOptionsChange }));
    fireEvent.keyDown(card(/^scorer/), { key: 'ArrowDown', altKey: true });
    expect(onOptionsChange).toHaveBeenCalledTimes(1);
  });

  it('are left alone by people who only look at the dashboard', () => {
    const onOptionsChange = jest.fn();
    render(panel(pricesTopology(), { onOptionsChange }));
    drag(/^scorer/);
    expect(onOptionsChange).not.toHaveBeenCalled();
  });
});

test('a new model moves none of those that are there', () => {
  const rows = ['a', 'c', 'd'].map((name) => node('w', name));
  const links = [edge('w', 'a', 'c'), edge('w', 'c', 'd')];
  const { rerender } = render(panel([nodesFrame(rows), edgesFrame(links)]));
  const before = ['a', 'c', 'd'].map((name) => placeOf(new RegExp(`^${name} in w`)));
  rerender(panel([nodesFrame([...rows, node('w', 'b')]), edgesFrame([...links, edge('w', 'a', 'b')])]));
  expect(card(/^b in w/)).toBeInTheDocument();
  expect(['a', 'c', 'd'].map((name) => placeOf(new RegExp(`^${name} in w`)))).toEqual(before);
});

test('the same topology gives the same picture in whatever order it comes', () => {
  const rows = ['a', 'b', 'c', 'd'].map((name) => node('w', name));
  const links = [edge('w', 'a', 'b'), edge('w', 'a', 'c'), edge('w', 'c', 'd')];
  const drawn = (frames: Array<ReturnType<typeof nodesFrame>>) => {
    const { container, unmount } = render(panel(frames));
    const html = container.querySelector('svg[role="group"]')?.innerHTML;
    unmount();
    return html;
  };
  const once = drawn([nodesFrame(rows), edgesFrame(links)]);
  expect(drawn([edgesFrame([...links].reverse()), nodesFrame([...rows].reverse())])).toBe(once);
});

test('a map shows where one is in a graph of many models, and leads elsewhere', async () => {
  const rows = Array.from({ length: 55 }, (_, index) => node('w', `m${index}`));
  render(panel([nodesFrame(rows)]));
  const map = await screen.findByTestId('minimap');
  const boxes = [...map.querySelectorAll('path')].flatMap((path) => path.getAttribute('d')?.match(/M/g) ?? []);
  expect(boxes).toHaveLength(55);
  const at = () => graph().querySelector('g')!.getAttribute('style');
  const before = at();
  fireEvent.pointerDown(map, { clientX: 100, clientY: 60 });
  expect(at()).not.toBe(before);
});

test('the whole graph is saved as an SVG with its look in it', async () => {
  render(panel(pricesTopology(), { width: 300, height: 200, title: 'Prices, live' }));
  const [{ name, text }] = await savedFiles(async () => {
    await choose(/Save as SVG/);
    await waitFor(() => expect(screen.queryByTestId('offscreen')).not.toBeInTheDocument());
  });
  expect(name).toBe('prices-live.svg');
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
  expect(parsed.querySelector('parsererror')).toBeNull();
  expect(
    within(parsed.documentElement as HTMLElement)
      .getByText('predictor')
      .getAttribute('fill')
  ).toMatch(/^rgb/);
  expect(text).not.toContain('class=');
});
