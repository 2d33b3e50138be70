import { createTheme, toDataFrame, type DataFrame } from '@grafana/data';
import { alertsFrame, edge, edgesFrame, node, nodesFrame, pricesTopology } from '../testing/topology';
import { buildView, enginesText, LINK_LIMIT, MODEL_LIMIT, type HealthView, type ModelView } from '.';

const SETTINGS = { alerts: { show: true, hideResolved: true } };

function view(series: DataFrame[], annotations: DataFrame[] = [], settings = SETTINGS): HealthView {
  return buildView(series, annotations, settings, createTheme());
}

function modelOf({ groups }: HealthView, name: string): ModelView {
  const found = groups.flatMap(({ models }) => models).find((model) => model.name === name);
  if (found === undefined) {
    throw new Error(`no model ${name}`);
  }
  return found;
}

const notices = ({ notices }: HealthView) => notices.map(({ text }) => text).join('\n');

describe('models', () => {
  it('take state, engines and numbers from their row', () => {
    const predictor = modelOf(view(pricesTopology()), 'predictor');
    expect(predictor.stateText).toBe('Error');
    expect(enginesText(predictor.engines)).toBe('3 of 4 running, 1 error');
    expect(predictor.stats.memory?.text).toBe('1 GiB');
    expect(predictor.stats.cpu?.text).toBe('12.5%');
  });

  it('are shown as their worst engine, whatever the status says', () => {
    const result = view([nodesFrame([node('w', 'a', { status: 'running', engines: 2, error: 1 })])]);
    expect(modelOf(result, 'a').state).toBe('error');
  });

  it('keep a state that nobody knows in its own words', () => {
    const result = view([nodesFrame([node('w', 'a', { status: 'Draining', running: 0, engines: 1 })])]);
    expect(modelOf(result, 'a')).toMatchObject({ state: 'other', stateText: 'Draining' });
  });

  it('without engines say so', () => {
    const result = view([nodesFrame([node('w', 'a', { status: '', engines: 0, running: 0 })])]);
    expect(modelOf(result, 'a').state).toBe('none');
    expect(enginesText(modelOf(result, 'a').engines)).toBe('no engines');
  });

  it('use unit and decimals that the user set for the field', () => {
    const nodes = nodesFrame([node('w', 'a', { rps_in: 1234.5678 })]);
    const field = nodes.fields.find(({ name }) => name === 'rps_in');
    field!.config = { unit: 'reqps', decimals: 1 };
    expect(modelOf(view([nodes]), 'a').stats.rpsIn?.text).toBe('1.2K req/s');
  });

  it('form one group a workflow, those outside any workflow last', () => {
    const { groups } = view([nodesFrame([node('', 'z'), node('b', 'y'), node('a', 'x')])]);
    expect(groups.map(({ name }) => name)).toEqual(['a', 'b', '']);
  });

  it('listed twice under one id are shown once, as the worst row, and named', () => {
    const twice = view([nodesFrame([node('w', 'a', { error: 1 }), node('w', 'a')])]);
    expect(twice.groups[0]?.models).toHaveLength(1);
    expect(modelOf(twice, 'a').state).toBe('error');
    expect(notices(twice)).toContain('“a”');
  });

  it('are recognised in a frame that lost its name', () => {
    const frames = pricesTopology().map((frame) => ({ ...frame, name: undefined, refId: undefined }));
    expect(view(frames).groups[0]?.models).toHaveLength(3);
  });

  it('need no more than an id', () => {
    const result = view([toDataFrame({ name: 'nodes', fields: [{ name: 'ID', values: ['w/a%20b'] }] })]);
    expect(modelOf(result, 'a b').state).toBe('none');
  });
});

describe('links', () => {
  it('to a model that is not listed get a placeholder, which a notice names', () => {
    const result = view([nodesFrame([node('w', 'a')]), edgesFrame([edge('w', 'a', 'ghost')])]);
    expect(modelOf(result, 'ghost')).toMatchObject({ state: 'unlisted', workflow: 'w' });
    expect(notices(result)).toContain('“ghost”');
  });

  it('between the same models are one arrow with the sum of their rates', () => {
    const edges = [edge('w', 'a', 'b'), edge('w', 'a', 'b', { id: 'second', source_slot: 3, mainstat: 5 })];
    const { links } = view([nodesFrame([node('w', 'a'), node('w', 'b')]), edgesFrame(edges)]);
    expect(links).toHaveLength(1);
    expect(links[0]?.rate?.value).toBe(15);
    expect(links[0]?.flows.map(({ sourceSlot }) => sourceSlot)).toEqual([1, 3]);
  });

  it('that two queries return alike count once', () => {
    const [nodes, edges] = pricesTopology();
    const { links } = view([nodes!, edges!, edges!]);
    expect(links.map(({ rate }) => rate?.value)).toEqual([62.5, 62.5, 31]);
  });

  it('without an end are counted in a notice', () => {
    const result = view([nodesFrame([node('w', 'a')]), edgesFrame([edge('w', 'a', 'a', { target: null })])]);
    expect(result.links).toEqual([]);
    expect(notices(result)).toContain('1 link without a source or a target');
  });
});

describe('alerts', () => {
  const rows = [
    { time: 1000, model: 'scorer', severity: 'warning', text: 'older warning' },
    { time: 3000, model: 'scorer', severity: 'warning', text: 'newer warning' },
    { time: 2000, model: 'scorer', severity: 'CRITICAL', text: 'critical' },
    { time: 4000, model: 'scorer', severity: 'critical', text: 'over', state: 'resolved' },
  ];

  it('come worst first, then newest first, without resolved ones', () => {
    const { alerts } = modelOf(view([...pricesTopology(), alertsFrame(rows)]), 'scorer');
    expect(alerts.items.map(({ text }) => text)).toEqual(['critical', 'newer warning', 'older warning']);
    expect(alerts).toMatchObject({ count: 3, worst: 'critical' });
  });

  it('show resolved ones where the user wants them, and none where switched off', () => {
    const series = [...pricesTopology(), alertsFrame(rows)];
    const all = view(series, [], { alerts: { show: true, hideResolved: false } });
    expect(modelOf(all, 'scorer').alerts.count).toBe(4);
    const off = view(series, [], { alerts: { show: false, hideResolved: false } });
    expect(modelOf(off, 'scorer').alerts.count).toBe(0);
  });

  it('come from annotations too, also where only tags name model and severity', () => {
    const annotations = toDataFrame({
      fields: [
        { name: 'time', type: 'time', values: [1] },
        { name: 'text', values: ['drift'] },
        { name: 'tags', values: [['model:scorer', 'severity:warning']] },
      ],
    });
    const { alerts } = modelOf(view(pricesTopology(), [annotations]), 'scorer');
    expect(alerts).toMatchObject({ count: 1, worst: 'warning' });
  });

  it('that name a workflow stay in it', () => {
    const nodes = nodesFrame([node('one', 'm'), node('two', 'm')]);
    const { groups } = view([nodes, alertsFrame([{ time: 1, model: 'm', severity: 'x', text: 't', workflow: 'two' }])]);
    expect(groups.map(({ models }) => models[0]?.alerts.count)).toEqual([0, 1]);
  });

  it('for models that are not listed are named in a notice', () => {
    const result = view([...pricesTopology(), alertsFrame([{ time: 1, model: 'gone', severity: 'x', text: 't' }])]);
    expect(notices(result)).toContain('“gone”');
  });
});

describe('limits', () => {
  it('keep the worst models and say that there are more', () => {
    const rows = Array.from({ length: MODEL_LIMIT + 50 }, (_, i) => node('w', `m${i}`, i >= 340 ? { error: 1 } : {}));
    const result = view([nodesFrame(rows)]);
    const shown = result.groups.flatMap(({ models }) => models);
    expect(shown).toHaveLength(MODEL_LIMIT);
    expect(shown.filter(({ state }) => state === 'error')).toHaveLength(10);
    expect(notices(result)).toContain(`worst ${MODEL_LIMIT} of ${MODEL_LIMIT + 50} models`);
    expect(result.states).toEqual([
      { state: 'error', count: 10 },
      { state: 'running', count: 340 },
    ]);
  });

  it('keep the strongest links and say that there are more', () => {
    const models = Array.from({ length: 40 }, (_, i) => `m${i}`);
    const edges = models.flatMap((a, i) => models.map((b, j) => edge('w', a, b, { mainstat: i * 40 + j })));
    const result = view([nodesFrame(models.map((name) => node('w', name))), edgesFrame(edges)]);
    expect(result.links).toHaveLength(LINK_LIMIT);
    expect(Math.min(...result.links.map(({ rate }) => rate?.value ?? 0))).toBe(1600 - LINK_LIMIT);
    expect(notices(result)).toContain(`${LINK_LIMIT} links`);
  });
});

describe('without a topology', () => {
  it.each<[string, DataFrame[], string]>([
    ['no frames', [], 'no `nodes` frame'],
    [
      'another kind of query',
      [
        toDataFrame({
          fields: [
            { name: 'time', values: [1] },
            { name: 'v', values: [1] },
          ],
        }),
      ],
      'no `nodes` frame',
    ],
    [
      'nodes without ids',
      [toDataFrame({ name: 'nodes', fields: [{ name: 'title', values: ['a'] }] })],
      'lacks the field `id`',
    ],
    ['an empty topology', [nodesFrame([])], 'lists no models'],
    ['rows without ids', [nodesFrame([{ subtitle: 'a' }])], 'without an id left out'],
  ])('says what is missing: %s', (_, series, text) => {
    const result = view(series);
    expect(result.groups).toEqual([]);
    expect(result.missing.join('\n')).toContain(text);
  });

  it('names an edges frame that lacks its fields beside good nodes', () => {
    const [nodes] = pricesTopology();
    const broken = toDataFrame({ name: 'edges', fields: [{ name: 'source', values: ['x'] }] });
    expect(notices(view([nodes!, broken]))).toContain('lacks the field `target`');
  });
});
