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

test('further headers: the name in the open, the value a secret', async () => {
  const { saved, user } = open();
  await user.click(screen.getByRole('button', { name: 'Expand section HTTP headers' }));
  await user.click(screen.getByRole('button', { name: 'Add header' }));
  await user.type(screen.getByPlaceholderText('X-Custom-Header'), 'X-Team');
  await user.type(screen.getByPlaceholderText('Header value'), 'fast');
  await user.tab();
  expect(saved.options.jsonData).toMatchObject({ httpHeaderName1: 'X-Team' });
  expect(saved.options.secureJsonData).toMatchObject({ httpHeaderValue1: 'fast' });
  expect(JSON.stringify(saved.options.jsonData)).not.toContain('fast');
});

test('a header that takes the place of a removed one is not sent with its value', async () => {
  const { saved, user } = open({
    jsonData: { httpHeaderName1: 'X-Secret', httpHeaderName2: 'X-Team' } as WorkflowOptions,
    secureJsonFields: { httpHeaderValue1: true, httpHeaderValue2: true },
  });
  await user.click(screen.getAllByRole('button', { name: 'Remove header' })[0]!);
  expect(saved.options.jsonData).toEqual({ httpHeaderName1: 'X-Team' });
  expect(saved.options.secureJsonFields).toEqual({});
  expect(saved.options.secureJsonData).toEqual({ httpHeaderValue1: '' });
  await user.type(screen.getByPlaceholderText('Header value'), 'fast');
  await user.tab();
  expect(saved.options.secureJsonData).toEqual({ httpHeaderValue1: 'fast' });
});

test('a header before the removed one keeps its saved value', async () => {
  const { saved, user } = open({
    jsonData: { httpHeaderName1: 'X-Team', httpHeaderName2: 'X-Secret' } as WorkflowOptions,
    secureJsonFields: { httpHeaderValue1: true, httpHeaderValue2: true },
  });
  await user.click(screen.getAllByRole('button', { name: 'Remove header' })[1]!);
  expect(saved.options.jsonData).toEqual({ httpHeaderName1: 'X-Team' });
  expect(saved.options.secureJsonFields).toEqual({ httpHeaderValue1: true });
});

test('an authority of one’s own, and the name that its certificate is for', async () => {
  const { saved, user } = open();
  expect(screen.queryByLabelText('Server name')).not.toBeInTheDocument();
  await user.click(screen.getByLabelText('Add self-signed certificate'));
  await user.type(screen.getByLabelText(/^CA Certificate/), 'PEM');
  await user.type(screen.getByLabelText('Server name'), 'backend');
  expect(saved.options.jsonData).toMatchObject({ tlsAuthWithCACert: true, serverName: 'backend' });
  expect(saved.options.secureJsonData).toMatchObject({ tlsCACert: 'PEM' });
});

test('a client certificate, with one field for the server name', async () => {
  const { saved, user } = open({ jsonData: { tlsAuthWithCACert: true } });
  await user.click(screen.getByLabelText('TLS Client Authentication'));
  expect(screen.queryByLabelText('Server name')).not.toBeInTheDocument();
  await user.type(screen.getByLabelText(/^ServerName/), 'backend');
  await user.type(screen.getByLabelText(/^Client Certificate/), 'PEM');
  await user.type(screen.getByLabelText(/^Client Key/), 'KEY');
  expect(saved.options.jsonData).toMatchObject({ tlsAuth: true, serverName: 'backend' });
  expect(saved.options.secureJsonData).toMatchObject({ tlsClientCert: 'PEM', tlsClientKey: 'KEY' });
});

test('a certificate that is not checked is warned of', async () => {
  const { saved, user } = open({ url: 'https://backend:8420' });
  expect(screen.queryByText(/is not checked/)).not.toBeInTheDocument();
  await user.click(screen.getByLabelText('Skip TLS certificate validation'));
  expect(saved.options.jsonData.tlsSkipVerify).toBe(true);
  expect(screen.getByText('The certificate of the ingest backend is not checked')).toBeVisible();
  expect(screen.queryByText('The TLS settings have no effect')).not.toBeInTheDocument();
});

test('TLS settings beside a URL without TLS are warned of', () => {
  open({ url: 'http://backend:8420', jsonData: { serverName: 'backend' } });
  expect(screen.getByText('The TLS settings have no effect')).toBeVisible();
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
