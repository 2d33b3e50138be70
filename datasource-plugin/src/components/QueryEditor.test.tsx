import React, { useState } from 'react';
import { CoreApp, type DataSourceInstanceSettings } from '@grafana/data';
import { setTemplateSrv } from '@grafana/runtime';
import { GROUP_KEYS } from '@pneumograph/contract';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DataSource } from '../datasource';
import { CATALOGUE } from '../testing/catalogue';
import { variableService } from '../testing/variables';
import type { WorkflowOptions, WorkflowQuery } from '../types';
import { AnnotationEditor } from '../annotations/AnnotationEditor';
import { PlaceholderHelp } from './AliasField';
import { QueryEditor } from './QueryEditor';

const NEW: WorkflowQuery = { refId: 'A', kind: 'metric', metric: 'rps' };

/** The editor as a panel holds it, which hands nothing back where it is slow; returns what it saved last and how often it ran. */
function open(
  query: WorkflowQuery,
  answer: () => Promise<unknown> = async () => CATALOGUE,
  Editor: typeof QueryEditor | typeof AnnotationEditor = QueryEditor,
  app = CoreApp.Dashboard,
  slow = false
) {
  const ds = new DataSource({
    id: 1,
    uid: 'p',
    type: 'x',
    name: 'P',
    jsonData: {},
  } as DataSourceInstanceSettings<WorkflowOptions>);
  const read = jest.spyOn(ds, 'getResource').mockImplementation(answer);
  const saved = { query };
  const run = jest.fn();
  function Panel() {
    const [current, setCurrent] = useState(query);
    const change = (next: WorkflowQuery) => {
      saved.query = next;
      if (!slow) {
        setCurrent(next);
      }
    };
    return <Editor datasource={ds} query={current} onChange={change} onRunQuery={run} app={app} />;
  }
  render(<Panel />);
  return { saved, run, read, user: userEvent.setup({ pointerEventsCheck: 0 }) };
}

beforeEach(() => {
  localStorage.clear();
  setTemplateSrv(variableService({ model: ['lstm'] }));
});

async function choose(user: ReturnType<typeof userEvent.setup>, field: string, option: string | RegExp) {
  const input = screen.getByRole('combobox', { name: field });
  // The list of several stays open after a choice.
  if (input.getAttribute('aria-expanded') !== 'true') {
    await user.click(input);
  }
  await user.click(await screen.findByRole('option', { name: option }));
}

test('a new panel asks for throughput at once', async () => {
  const { saved, run } = open({ refId: 'A' } as WorkflowQuery);
  await waitFor(() => expect(saved.query).toMatchObject({ refId: 'A', kind: 'metric', metric: 'rps' }));
  expect(run).toHaveBeenCalledTimes(1);
});

test('a saved query is opened without being changed or run', async () => {
  const { saved, run } = open({ refId: 'A', kind: 'topology' });
  await screen.findByPlaceholderText('All models');
  expect(saved.query).toEqual({ refId: 'A', kind: 'topology' });
  expect(run).not.toHaveBeenCalled();
});

test('models are chosen from the catalogue and from the dashboard’s variables', async () => {
  const { saved, run, user } = open(NEW);
  await choose(user, 'Models', /^lstm\b/);
  await choose(user, 'Models', /^\$model/);
  expect(saved.query.models).toEqual(['lstm', '$model']);
  expect(run).toHaveBeenCalledTimes(2);
});

test('the workflow narrows the models', async () => {
  const { user } = open({ ...NEW, workflow: 'fraud' });
  await user.click(screen.getByRole('combobox', { name: 'Models' }));
  expect(await screen.findByRole('option', { name: /^prep/ })).toBeInTheDocument();
  expect(screen.queryByRole('option', { name: /^lstm/ })).not.toBeInTheDocument();
});

test('Pneumograph itself is a workflow to choose, with metrics of its own', async () => {
  const { saved, user } = open(NEW);
  await choose(user, 'Workflow', /^pneumograph/);
  expect(saved.query.workflow).toBe('pneumograph');
  await choose(user, 'Metric', /^self\.late\.count/);
  expect(saved.query.metric).toBe('self.late.count');
  await user.click(screen.getByRole('combobox', { name: 'Models' }));
  expect(await screen.findByRole('option', { name: /^derive/ })).toBeInTheDocument();
});

test('a chosen slot is saved as a number, a variable as text', async () => {
  const { saved, user } = open(NEW);
  await choose(user, 'Slots', /1 · output/);
  await user.type(screen.getByRole('combobox', { name: 'Slots' }), '$slot');
  await user.click(await screen.findByRole('option', { name: /^\$slot/ }));
  expect(saved.query.slots).toEqual([1, '$slot']);
});

test('a metric without slots hides them and says what it is', async () => {
  const { saved, user } = open(NEW);
  expect(await screen.findByText(/rps · records\/s · Records per second through a slot/)).toBeInTheDocument();
  await choose(user, 'Metric', /^memory/);
  expect(saved.query.metric).toBe('memory');
  expect(await screen.findByText(/Memory in use/)).toBeInTheDocument();
  expect(screen.queryByRole('combobox', { name: 'Slots' })).not.toBeInTheDocument();
});

test('series per engine leave nothing to combine across engines', async () => {
  const { saved, user } = open(NEW);
  expect(screen.getByRole('combobox', { name: 'Combine engines' })).toBeInTheDocument();
  await choose(user, 'One series per', /^Engine/);
  expect(saved.query.by).toEqual(['model', 'slot', 'engine']);
  expect(screen.queryByRole('combobox', { name: 'Combine engines' })).not.toBeInTheDocument();
});

test('of two changes none is lost that come before Grafana hands the first one back', async () => {
  const { saved, user } = open(NEW, undefined, undefined, undefined, true);
  await choose(user, 'Top', '5');
  await choose(user, 'Fill', /^Zero/);
  expect(saved.query).toMatchObject({ topN: 5, fill: 'zero' });
});

test('the top series are a number, any number or a variable, or all of them', async () => {
  const { saved, user } = open(NEW);
  await choose(user, 'Top', '5');
  expect(saved.query.topN).toBe(5);
  await user.type(screen.getByRole('combobox', { name: 'Top' }), '7');
  await user.click(await screen.findByRole('option', { name: /^7/ }));
  expect(saved.query.topN).toBe(7);
  await choose(user, 'Top', /^\$model/);
  expect(saved.query.topN).toBe('$model');
  await user.click(screen.getByRole('combobox', { name: 'Top' }));
  await user.keyboard('{Escape}{Escape}');
  expect(saved.query.topN).toBeUndefined();
});

test('who types what an option is called means that option', async () => {
  const { saved, user } = open(NEW);
  await user.type(screen.getByRole('combobox', { name: 'Fill' }), 'Zero');
  await user.click((await screen.findAllByRole('option', { name: /^zero/i }))[0]);
  expect(saved.query.fill).toBe('zero');
  await user.type(screen.getByRole('combobox', { name: 'One series per' }), 'Engine');
  await user.click((await screen.findAllByRole('option', { name: /^Engine/ }))[0]);
  expect(saved.query.by).toEqual(['model', 'slot', 'engine']);
});

test('an earlier time to compare with is one of a few, any other or a variable, or none', async () => {
  const { saved, user } = open(NEW);
  await choose(user, 'Compare with', '1w');
  expect(saved.query.compare).toBe('1w');
  await user.type(screen.getByRole('combobox', { name: 'Compare with' }), '90m');
  await user.click(await screen.findByRole('option', { name: /^90m/ }));
  expect(saved.query.compare).toBe('90m');
  expect(screen.queryByLabelText('Live')).not.toBeInTheDocument();
  await user.click(screen.getByRole('combobox', { name: 'Compare with' }));
  await user.keyboard('{Escape}{Escape}');
  expect(saved.query.compare).toBeUndefined();
});

test('gaps are filled over time only', async () => {
  const { saved, user } = open(NEW);
  await choose(user, 'Fill', /^Previous value/);
  expect(saved.query.fill).toBe('previous');
  await user.click(screen.getByRole('radio', { name: 'Newest value' }));
  expect(screen.queryByRole('combobox', { name: 'Fill' })).not.toBeInTheDocument();
});

test('of states none are the top ones, and no gap is filled with a zero that is a state', async () => {
  const { user } = open({ ...NEW, metric: 'engine.status' });
  await screen.findByText(/^engine\.status ·/);
  expect(screen.queryByRole('combobox', { name: 'Top' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('combobox', { name: 'Fill' }));
  expect(await screen.findByRole('option', { name: /^No value/ })).toBeInTheDocument();
  expect(screen.queryByRole('option', { name: /^Zero/ })).not.toBeInTheDocument();
});

test('only states offer the worst one', async () => {
  const { user } = open(NEW);
  await screen.findByText(/Records per second/);
  await user.click(screen.getByRole('combobox', { name: 'Combine engines' }));
  expect(await screen.findByRole('option', { name: 'As fits the metric (Sum)' })).toBeInTheDocument();
  expect(screen.queryByRole('option', { name: /Worst/ })).not.toBeInTheDocument();
});

test('a series name takes effect on leaving the field', async () => {
  const { saved, run, user } = open(NEW);
  await user.type(screen.getByLabelText(/Series name/), '{{{{model}}');
  expect(run).not.toHaveBeenCalled();
  await user.tab();
  expect(saved.query.alias).toBe('{{model}}');
  expect(run).toHaveBeenCalledTimes(1);
});

test('states are shown over time or as a table, and no format is left behind for another kind', async () => {
  const { saved, user } = open({ ...NEW, format: 'latest' });
  await user.click(screen.getByRole('radio', { name: 'Engine status' }));
  expect(saved.query.format).toBe('timeseries');
  await user.click(screen.getByRole('radio', { name: 'Table with causes' }));
  expect(saved.query).toMatchObject({ kind: 'status', format: 'table' });
  await user.click(screen.getByRole('radio', { name: 'Metric' }));
  expect(saved.query).toMatchObject({ kind: 'metric', format: 'timeseries' });
});

test('alerts are narrowed by monitor, severity and state', async () => {
  const { saved, user } = open({ ...NEW, format: 'latest' });
  await user.click(screen.getByRole('radio', { name: 'Alerts' }));
  await choose(user, 'Monitors', /^drift/);
  await choose(user, 'Severities', /^critical/);
  await choose(user, 'States', /^firing/);
  expect(saved.query).toMatchObject({
    ...{ kind: 'alerts', monitors: ['drift'], severities: ['critical'], states: ['firing'] },
  });
  expect(screen.queryByRole('combobox', { name: 'Metric' })).not.toBeInTheDocument();
});

test('messages are narrowed by level and text, and can be limited', async () => {
  const { saved, user } = open({ ...NEW, engines: ['src-2'] });
  await user.click(screen.getByRole('radio', { name: 'Messages' }));
  await choose(user, 'Levels', /^error/);
  await user.type(screen.getByRole('textbox', { name: /Search/ }), '(a+)+$ "x{Enter}');
  await choose(user, 'Limit', /^500$/);
  expect(saved.query).toMatchObject({
    ...{ kind: 'messages', engines: ['src-2'], levels: ['error'], search: '(a+)+$ "x', limit: 500 },
  });
  expect(screen.queryByRole('switch', { name: /Live/ })).not.toBeInTheDocument();
});

test('a distribution is shown as a heat map or beside its reference, of no engine', async () => {
  const { saved, user } = open({ ...NEW, engines: ['src-2'], format: 'latest' });
  await user.click(screen.getByRole('radio', { name: 'Distribution' }));
  expect(saved.query).toMatchObject({ kind: 'profile', format: 'shares', engines: [] });
  await user.click(screen.getByRole('radio', { name: 'Beside the reference' }));
  expect(saved.query.format).toBe('table');
  await user.click(screen.getByRole('radio', { name: 'Metric' }));
  expect(saved.query.format).toBe('timeseries');
});

test('a metric of monitors is told apart by monitor and feature, one of sensors is not', async () => {
  const { saved, user } = open(NEW);
  expect(screen.queryByRole('combobox', { name: 'Monitors' })).not.toBeInTheDocument();
  await user.type(screen.getByRole('combobox', { name: 'Metric' }), 'drift.psi');
  await user.click(await screen.findByRole('option', { name: /Population stability/ }));
  await choose(user, 'Monitors', /^drift/);
  expect(saved.query).toMatchObject({ metric: 'drift.psi', monitors: ['drift'] });
  expect(saved.query.by).toBeUndefined();
  await choose(user, 'One series per', /^Engine/);
  expect(saved.query.by).toEqual(['model', 'slot', 'monitor', 'feature', 'engine']);
  await choose(user, 'Metric', /^memory/);
  expect(saved.query).toMatchObject({ metric: 'memory', monitors: [], by: ['model', 'slot', 'engine'] });
});

test('a topology asks for no metric', async () => {
  const { saved, user } = open(NEW);
  await user.click(screen.getByRole('radio', { name: 'Topology' }));
  expect(saved.query.kind).toBe('topology');
  expect(screen.queryByRole('combobox', { name: 'Metric' })).not.toBeInTheDocument();
  expect(screen.queryByRole('combobox', { name: 'Engines' })).not.toBeInTheDocument();
});

test('a catalogue that cannot be read is explained, and read again on demand', async () => {
  const answers = [() => Promise.reject({ data: { message: 'Nothing answers at http://x' } }), async () => CATALOGUE];
  const { user, read, saved } = open(NEW, () => (answers.shift() ?? (async () => CATALOGUE))());
  expect(await screen.findByText('Nothing answers at http://x.')).toBeInTheDocument();

  await user.type(screen.getByRole('combobox', { name: 'Workflow' }), 'typed');
  await user.click(await screen.findByRole('option', { name: /^typed/ }));
  expect(saved.query.workflow).toBe('typed');

  await user.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.queryByText('Nothing answers at http://x.')).not.toBeInTheDocument());
  expect(read).toHaveBeenCalledTimes(2);
});

test('while the catalogue is read, the editor says so and works', async () => {
  let arrive: (catalogue: unknown) => void = () => undefined;
  const { saved, user } = open(NEW, () => new Promise((resolve) => (arrive = resolve)));
  expect(screen.getByText('Reading the names to choose from…')).toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'Newest value' }));
  expect(saved.query.format).toBe('latest');
  arrive(CATALOGUE);
  await waitFor(() => expect(screen.queryByText('Reading the names to choose from…')).not.toBeInTheDocument());
});

test('an empty catalogue says where to look', async () => {
  open(NEW, async () => ({ workflows: [], metrics: CATALOGUE.metrics }));
  expect(await screen.findByText('No model has reported yet')).toBeInTheDocument();
});

test('a query runs by button where the person chose so, and the browser remembers it', async () => {
  const { saved, run, user } = open(NEW);
  await user.click(screen.getByRole('switch', { name: 'Run on change' }));
  await user.click(screen.getByRole('radio', { name: 'Newest value' }));
  expect(saved.query.format).toBe('latest');
  expect(run).not.toHaveBeenCalled();
  expect(screen.getByText('Changed since it ran')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Run query' }));
  expect(run).toHaveBeenCalledTimes(1);
  expect(screen.queryByText('Changed since it ran')).not.toBeInTheDocument();

  cleanup();
  const next = open(NEW);
  await next.user.click(screen.getByRole('radio', { name: 'Engine status' }));
  expect(next.run).not.toHaveBeenCalled();
  // What waited runs as soon as changes run again.
  await next.user.click(screen.getByRole('switch', { name: 'Run on change' }));
  expect(next.run).toHaveBeenCalledTimes(1);
  expect(screen.queryByRole('button', { name: 'Run query' })).not.toBeInTheDocument();
});

test('an incomplete query never runs', async () => {
  const { saved, run, user } = open({ refId: 'A', kind: 'metric', metric: '' });
  await choose(user, 'Models', /^lstm\b/);
  expect(saved.query.models).toEqual(['lstm']);
  expect(run).not.toHaveBeenCalled();
  expect(screen.getByText('Incomplete: it does not run yet')).toBeInTheDocument();
  expect(screen.getByText('No metric is chosen yet')).toBeInTheDocument();
  await user.click(screen.getByRole('switch', { name: 'Run on change' }));
  expect(screen.getByRole('button', { name: 'Run query' })).toBeDisabled();
  await user.click(screen.getByRole('switch', { name: 'Run on change' }));
  await choose(user, 'Metric', /^memory/);
  expect(run).toHaveBeenCalledTimes(1);
});

test('the query is told in a sentence that follows it', async () => {
  const { user } = open(NEW);
  expect(
    await screen.findByText('Throughput (records/s) of all models: mean of each step, one series per model and slot')
  ).toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'Topology' }));
  expect(screen.getByText('Topology of all models, with the links between them')).toBeInTheDocument();
});

test('a dotted name fills model, slot and metric, and shows what is chosen', async () => {
  const { saved, run, user } = open({ ...NEW, monitors: ['drift'] });
  const field = () => screen.getByLabelText(/Or by name/);
  await user.type(field(), 'lstm.3.record.count{Enter}');
  expect(saved.query).toMatchObject({ models: ['lstm'], slots: [3], metric: 'record.count', monitors: [] });
  expect(field()).toHaveValue('lstm.3.record.count');
  await user.clear(field());
  await user.type(field(), '$model.memory');
  await user.tab();
  expect(saved.query).toMatchObject({ models: ['$model'], slots: [], metric: 'memory' });
  expect(run).toHaveBeenCalledTimes(2);
});

test('a name that is none changes nothing and says what is expected', async () => {
  const { saved, run, user } = open(NEW);
  await user.type(screen.getByLabelText(/Or by name/), 'lstm.0.speed');
  await user.tab();
  expect(screen.getByText(/lstm\.0\.speed does not end with a metric/)).toBeInTheDocument();
  expect(saved.query).toEqual(NEW);
  expect(run).not.toHaveBeenCalled();
});

test('help names every placeholder of a series name', () => {
  render(<PlaceholderHelp />);
  for (const name of [...GROUP_KEYS, 'metric']) {
    expect(screen.getByText(`{{${name}}}`)).toBeInTheDocument();
  }
});

test('annotations are of alerts or of engine states, of which those that go wrong come first', async () => {
  const { saved, user } = open({ refId: 'Anno', kind: 'alerts' }, undefined, AnnotationEditor);
  expect(screen.queryByRole('radio', { name: 'Metric' })).not.toBeInTheDocument();
  expect(screen.getByRole('combobox', { name: 'Severities' })).toBeInTheDocument();
  expect(screen.getByRole('radio', { name: 'Alert' })).toBeChecked();
  await user.click(screen.getByRole('radio', { name: 'Step' }));
  expect(saved.query).toMatchObject({ kind: 'alerts', per: 'step' });
  await user.click(screen.getByRole('radio', { name: 'Engine states' }));
  expect(saved.query).toMatchObject({ kind: 'status', engineStates: ['error', 'unknown'] });
  await choose(user, 'States', /^paused/);
  expect(saved.query.engineStates).toEqual(['error', 'unknown', 'paused']);
  expect(screen.queryByRole('radio', { name: 'Over time' })).not.toBeInTheDocument();
});

test('live is a switch of what can be followed', async () => {
  const { saved, run, user } = open(NEW);
  await user.click(await screen.findByRole('switch', { name: 'Live' }));
  expect(saved.query).toMatchObject({ live: true, metric: 'rps' });
  expect(run).toHaveBeenCalledTimes(1);
  await user.click(screen.getByRole('radio', { name: 'Newest value' }));
  expect(screen.queryByRole('switch', { name: 'Live' })).not.toBeInTheDocument();
});

test('alert rules are offered what they work on, and no live switch', async () => {
  const { user } = open(NEW, undefined, undefined, CoreApp.UnifiedAlerting);
  await screen.findByPlaceholderText('All models');
  expect(screen.queryByRole('radio', { name: 'Topology' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'Engine status' }));
  expect(screen.queryByRole('radio', { name: 'Table with causes' })).not.toBeInTheDocument();
  expect(screen.queryByRole('switch', { name: 'Live' })).not.toBeInTheDocument();
});

test('engines that the catalogue leaves out are told of', async () => {
  open(NEW, async () => ({ ...CATALOGUE, omitted: { engines: 7 } }));
  expect(await screen.findByText(/^7 more engines are not listed\./)).toBeInTheDocument();
});
