import { readFileSync } from 'node:fs';
import path from 'node:path';
import React from 'react';
import { t } from '@grafana/i18n';
import { render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { localeFaults } from '../../scripts/lib/locale-faults.mjs';
import pluginJson from './plugin.json';
import { translated } from './translations';

test('every language has every text of the sources', () => {
  expect(localeFaults(__dirname)).toEqual([]);
});

test.each([
  ['de-DE', 'Läuft'],
  ['es-ES', 'En marcha'],
])('%s is what people see who choose it', async (language, running) => {
  const file = path.join(__dirname, 'locales', language, `${pluginJson.id}.json`);
  await i18next.changeLanguage(language);
  i18next.addResourceBundle(language, pluginJson.id, JSON.parse(readFileSync(file, 'utf8')));
  const Shown = translated(() => <>{t('states.running', 'Running')}</>);
  render(<Shown />);
  expect(await screen.findByText(running)).toBeInTheDocument();
  await i18next.changeLanguage('en-US');
});
