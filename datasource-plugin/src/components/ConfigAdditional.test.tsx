import React, { useState } from 'react';
import type { DataSourceSettings } from '@grafana/data';
import { type BackendSrv, setBackendSrv } from '@grafana/runtime';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { CATALOGUE } from '../testing/catalogue';
import type { WorkflowOptions, WorkflowSecrets } from '../types';
import { ConfigAdditional } from './ConfigAdditional';

type Settings = DataSourceSettings<WorkflowOptions, WorkflowSecrets>;

/** What the saved data source answers; keeps what it was asked. */
function save(answer: () => Promise<unknown>) {
  const asked: string[] = [];
  const get = (url: string) => {
    asked.push(url);
    return answer();
  };
  setBackendSrv({ get } as unknown as BackendSrv);
  return asked;
}

function open(part: Partial<Settings> = {}) {
  const saved = {
    options: {
      uid: 'u',
      url: 'http://backend:8420',
      version: 1,
      jsonData: { defaultWorkflow: '' },
      ...part,
    } as Settings,
  };
  let change: (next: Settings) => void = () => undefined;
  function Page() {
    const [options, setOptions] = useState(saved.options);
    change = (next) => {
      saved.options = next;
      setOptions(next);
    };
    return <ConfigAdditional options={options} onOptionsChange={(next) => change(next)} />;
  }
  render(<Page />);
  return {
    saved,
    user: userEvent.setup({ pointerEventsCheck: 0 }),
    change: (next: Settings) => act(() => change(next)),
  };
}

async function unfold(user: ReturnType<typeof userEvent.setup>) {
  await user.click(screen.getByRole('button', { name: 'Expand section Additional settings' }));
}

test('workflows of the saved data source to choose from, those without a name left out', async () => {
  const asked = save(async () => CATALOGUE);
  const { saved, user } = open();
  await unfold(user);
  await waitFor(() => expect(asked).toEqual(['/api/datasources/uid/u/resources/catalog']));
  await user.click(screen.getByLabelText('Default workflow'));
  expect((await screen.findAllByRole('option')).map((option) => option.textContent)).toEqual(['prices', 'fraud']);
  await user.click(screen.getByRole('option', { name: 'fraud' }));
  expect(saved.options.jsonData.defaultWorkflow).toBe('fraud');
});

test('any workflow can be typed where the backend does not answer', async () => {
  save(() => Promise.reject(new Error('down')));
  const { saved, user } = open();
  await unfold(user);
  await user.type(screen.getByLabelText('Default workflow'), 'to come');
  await user.click(await screen.findByRole('option', { name: /to come/ }));
  expect(saved.options.jsonData.defaultWorkflow).toBe('to come');
});

test('nothing is asked before there is a URL, and anew after each saving', async () => {
  const asked = save(async () => CATALOGUE);
  const { saved, change } = open({ url: '' });
  change({ ...saved.options, url: 'h' });
  await waitFor(() => expect(asked).toHaveLength(1));
  change({ ...saved.options, url: 'http://backend:8420' });
  change({ ...saved.options, version: 2 });
  await waitFor(() => expect(asked).toHaveLength(2));
});

test('the timeout, and what cannot be one', async () => {
  save(async () => CATALOGUE);
  const { saved, user } = open();
  await unfold(user);
  const problem = 'Enter 1 to 3600 seconds, or leave it empty';
  await user.type(screen.getByLabelText('Timeout'), '45');
  expect(saved.options.jsonData.timeout).toBe(45);
  expect(screen.queryByText(problem)).not.toBeInTheDocument();
  await user.type(screen.getByLabelText('Timeout'), '00');
  expect(screen.getByText(problem)).toBeInTheDocument();
  await user.clear(screen.getByLabelText('Timeout'));
  expect(saved.options.jsonData.timeout).toBeUndefined();
  expect(screen.queryByText(problem)).not.toBeInTheDocument();
  await user.type(screen.getByLabelText('Timeout'), '0');
  expect(screen.getByText(problem)).toBeInTheDocument();
});

test('a timeout that was provisioned as text is named', () => {
  save(async () => CATALOGUE);
  open({ jsonData: { timeout: '30' as unknown as number } });
  expect(screen.getByText(/^Enter 1 to 3600 seconds/)).toBeInTheDocument();
});

test('who asks is told of unless turned off', async () => {
  save(async () => CATALOGUE);
  const { saved, user } = open();
  await unfold(user);
  expect(screen.getByLabelText('Tell who asks')).toBeChecked();
  await user.click(screen.getByLabelText('Tell who asks'));
  expect(saved.options.jsonData.forwardUser).toBe(false);
});

test('provisioned settings are shown, and cannot be changed', () => {
  save(async () => CATALOGUE);
  open({ readOnly: true, jsonData: { defaultWorkflow: 'prices', timeout: 5, forwardUser: false } });
  expect(screen.getByLabelText('Default workflow')).toBeDisabled();
  expect(screen.getByLabelText('Timeout')).toBeDisabled();
  expect(screen.getByLabelText('Tell who asks')).toBeDisabled();
});
