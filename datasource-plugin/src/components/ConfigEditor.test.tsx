import React, { useState } from 'react';
import type { DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { WorkflowOptions, WorkflowSecrets } from '../types';
import { ConfigEditor } from './ConfigEditor';

type Settings = DataSourceSettings<WorkflowOptions, WorkflowSecrets>;

function open(part: Partial<Settings> = {}) {
  const saved = {
    options: { url: '', jsonData: {}, secureJsonFields: {}, readOnly: false, basicAuth: false, ...part } as Settings,
  };
  function Page() {
    const [options, setOptions] = useState(saved.options);
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(next) => {
          saved.options = next;
          setOptions(next);
        }}
      />
    );
  }
  render(<Page />);
  return { saved, user: userEvent.setup({ pointerEventsCheck: 0 }) };
}

async function chooseMethod(user: ReturnType<typeof userEvent.setup>, method: RegExp) {
  await user.click(screen.getByLabelText('Authentication method'));
  await user.click(await screen.findByText(method));
}

test('the URL of the ingest backend', async () => {
  const { saved, user } = open();
  await user.type(screen.getByLabelText('Data source connection URL'), 'http://backend:8420');
  expect(saved.options.url).toBe('http://backend:8420');
});

test('a token is a secret, and is forgotten with its method', async () => {
  const { saved, user } = open();
  // Grafana offers the most common method first.
  await user.type(screen.getByPlaceholderText('Paste the token'), 'abc');
  expect(saved.options.secureJsonData?.token).toBe('abc');
  expect(JSON.stringify(saved.options.jsonData)).not.toContain('abc');

  await chooseMethod(user, /^No authentication/);
  expect(saved.options.secureJsonData?.token).toBe('');
  expect(saved.options.secureJsonFields.token).toBe(false);
  expect(screen.queryByPlaceholderText('Paste the token')).not.toBeInTheDocument();
});

test('a saved token is shown as configured, never itself, and can be reset', async () => {
  const { saved, user } = open({ secureJsonFields: { token: true } });
  expect(screen.getByDisplayValue('configured')).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Reset' }));
  expect(saved.options.secureJsonFields.token).toBe(false);
  expect(screen.getByPlaceholderText('Paste the token')).toBeEnabled();
});

test('default workflow and timeout', async () => {
  const { saved, user } = open({ jsonData: { defaultWorkflow: 'p' } });
  await user.type(screen.getByLabelText('Default workflow'), 'rices');
  await user.type(screen.getByLabelText('Timeout'), '45');
  expect(saved.options.jsonData).toMatchObject({ defaultWorkflow: 'prices', timeout: 45 });
  await user.clear(screen.getByLabelText('Timeout'));
  expect(saved.options.jsonData.timeout).toBeUndefined();
});

test('dashboard links are on, can go elsewhere, and can be turned off', async () => {
  const { saved, user } = open({ jsonData: { timeout: 30 } });
  expect(screen.getByLabelText('Data dashboard')).toHaveAttribute('placeholder', 'pneumograph-data');
  await user.type(screen.getByLabelText('Workflow dashboard'), 'mine');
  expect(saved.options.jsonData).toEqual({ timeout: 30, linkedDashboards: { workflow: 'mine' } });
  await user.clear(screen.getByLabelText('Workflow dashboard'));
  expect(saved.options.jsonData.linkedDashboards).toEqual({});
  await user.click(screen.getByLabelText('Dashboard links'));
  expect(saved.options.jsonData.dashboardLinks).toBe(false);
  expect(screen.queryByLabelText('Workflow dashboard')).not.toBeInTheDocument();
});
