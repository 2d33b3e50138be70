import React, { useState } from 'react';
import type { DataSourceInstanceSettings } from '@grafana/data';
import { setTemplateSrv } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DataSource } from '../datasource';
import { CATALOGUE } from '../testing/catalogue';
import { variableService } from '../testing/variables';
import type { WorkflowOptions, WorkflowVariableQuery } from '../types';
import { VariableQueryEditor } from './VariableQueryEditor';

function open(query?: WorkflowVariableQuery) {
  const ds = new DataSource({
    id: 1,
    uid: 'p',
    type: 'x',
    name: 'P',
    jsonData: {},
  } as DataSourceInstanceSettings<WorkflowOptions>);
  jest.spyOn(ds, 'getResource').mockResolvedValue(CATALOGUE);
  const saved: { query?: WorkflowVariableQuery } = { query };
  function Settings() {
    const [current, setCurrent] = useState(query);
    const change = (next: WorkflowVariableQuery) => {
      saved.query = next;
      setCurrent(next);
    };
    // Grafana hands over what was saved, which for a new variable is nothing.
    return (
      <VariableQueryEditor
        datasource={ds}
        query={current as WorkflowVariableQuery}
        onChange={change}
        onRunQuery={() => undefined}
      />
    );
  }
  render(<Settings />);
  return { saved, user: userEvent.setup({ pointerEventsCheck: 0 }) };
}

beforeEach(() => setTemplateSrv(variableService({ workflow: 'prices' })));

test('a new variable lists models, and shows which', async () => {
  open();
  expect(await screen.findByText('In this list now: prep, lstm, alone')).toBeInTheDocument();
});

test('a list is narrowed by another variable, and the preview follows', async () => {
  const { saved, user } = open();
  await user.click(screen.getByRole('combobox', { name: 'Of workflow' }));
  await user.click(await screen.findByRole('option', { name: /^\$workflow/ }));
  expect(saved.query).toMatchObject({ list: 'models', workflow: '$workflow' });
  expect(await screen.findByText('In this list now: prep, lstm')).toBeInTheDocument();
});

test('slots can be narrowed by models, workflows by nothing', async () => {
  const { saved, user } = open();
  await user.click(screen.getByRole('combobox', { name: 'List' }));
  await user.click(await screen.findByRole('option', { name: 'Slots' }));
  expect(saved.query?.list).toBe('slots');
  expect(screen.getByRole('combobox', { name: 'Of models' })).toBeInTheDocument();
  await user.click(screen.getByRole('combobox', { name: 'List' }));
  await user.click(await screen.findByRole('option', { name: 'Workflows' }));
  expect(screen.queryByRole('combobox', { name: 'Of workflow' })).not.toBeInTheDocument();
  expect(await screen.findByText('In this list now: prices, fraud')).toBeInTheDocument();
});

test('a list with nothing in it says so', async () => {
  open({ refId: 'A', list: 'engines', models: ['gone'] });
  expect(await screen.findByText('Nothing is in this list now.')).toBeInTheDocument();
});
