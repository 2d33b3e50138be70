import { readFileSync } from 'node:fs';
import path from 'node:path';
import { initPluginTranslations } from '@grafana/i18n';
import { GROUP_KEYS, METRICS, OVER, QUERY_KINDS } from '@pneumograph/contract';
import i18next from 'i18next';
import pluginJson from '../plugin.json';
import type { WorkflowQuery } from '../types';
import { describe as inWords } from './describe';

const readLocale = (language: string): object =>
  JSON.parse(readFileSync(path.join(__dirname, '../locales', language, `${pluginJson.id}.json`), 'utf8'));

const metric = (part: Partial<WorkflowQuery>): WorkflowQuery => ({
  refId: 'A',
  kind: 'metric',
  metric: 'rps',
  ...part,
});

test('a metric as a sentence', () => {
  expect(inWords(metric({ models: ['lstm'], slots: [0] }))).toBe(
    'Throughput (records/s) of lstm, input 0: mean of each step, one series per model and slot'
  );
  expect(inWords(metric({ over: 'p95', across: 'max', by: [], slots: [1, 3], workflow: 'prices' }))).toBe(
    'Throughput (records/s) of all models in prices, outputs 1 and 3: 95th percentile of each step, ' +
      'all in one series, highest of the engines'
  );
  expect(inWords(metric({ metric: 'memory', slots: [0], by: ['model', 'slot', 'engine'], engines: ['e-1'] }))).toBe(
    'Memory (bytes) of all models, engine e-1: mean of each step, one series per model and engine'
  );
  expect(inWords(metric({ metric: 'drift.psi', monitors: ['drift'], features: ['price', 'venue'] }))).toBe(
    'drift.psi of all models, monitor drift, features price and venue: ' +
      'mean of each step, one series per model, slot, monitor and feature'
  );
  expect(inWords(metric({ metric: 'record.count', format: 'latest' }))).toBe(
    'Records (number) of all models: newest value, one series per model and slot'
  );
  expect(inWords(metric({ metric: 'record.count', over: 'count' }))).toBe(
    'Records of all models: number of reports in each step, one series per model and slot'
  );
});

test('variables, a name of a series and a metric of a monitor’s own stay as they are', () => {
  expect(inWords(metric({ metric: '$metric', models: ['$model'], slots: ['$slot', 3] }))).toBe(
    '$metric of $model, slots $slot and 3: one series per model and slot'
  );
  const own = { name: 'my.score', unit: 's', kind: 'gauge', slotted: true, over: 'max', across: 'max' } as const;
  expect(inWords(metric({ metric: 'my.score' }), { ...own, area: 'data' })).toBe(
    'my.score (seconds) of all models: highest value of each step, one series per model, slot, monitor and feature'
  );
});

test('the other kinds as sentences', () => {
  const of = (query: Partial<WorkflowQuery>) => inWords({ refId: 'A', kind: 'status', ...query });
  expect(of({ models: ['lstm'] })).toBe('States of the engines of lstm');
  expect(of({ format: 'table', engines: ['a', 'b'], workflow: 'prices' })).toBe(
    'States of the engines of all models in prices, engines a and b: with their causes'
  );
  expect(of({ kind: 'topology', workflow: 'prices' })).toBe(
    'Topology of all models in prices, with the links between them'
  );
  expect(of({ kind: 'alerts' })).toBe('Alerts of all models');
  expect(of({ kind: 'alerts', per: 'step' })).toBe('Steps of alerts of all models');
  expect(of({ kind: 'alerts', severities: ['critical', 'warning'], states: ['firing'], monitors: ['drift'] })).toBe(
    'Alerts of all models, monitor drift, severities critical and warning, state firing'
  );
  expect(of({ kind: 'profile', features: ['price'], slots: [0], format: 'table' })).toBe(
    'Distributions of all models, input 0, feature price: beside the reference'
  );
});

test('the highest series, and what fills gaps', () => {
  expect(inWords(metric({ topN: 5, fill: 'zero', by: ['engine'], across: 'max' }))).toBe(
    'Throughput (records/s) of all models: mean of each step, one series per engine, only the 5 highest, gaps filled with 0'
  );
  expect(inWords(metric({ topN: '$n', fill: 'previous', format: 'latest', by: [] }))).toBe(
    'Throughput (records/s) of all models: newest value, all in one series, only the $n highest'
  );
});

describe.each([
  [
    'de-DE',
    'Durchsatz (Datensätze/s) von lstm und "prep" in prices, Eingänge 0 und 2: Mittelwert je Zeitschritt, eine Reihe je Modell und Slot',
  ],
  [
    'es-ES',
    'Caudal (registros/s) de lstm y "prep" en prices, entradas 0 y 2: media de cada intervalo, una serie por modelo y ranura',
  ],
])('in %s', (language, expected) => {
  beforeAll(async () => {
    await initPluginTranslations(pluginJson.id);
    i18next.addResourceBundle(language, pluginJson.id, readLocale(language));
    await i18next.changeLanguage(language);
  });
  afterAll(() => i18next.changeLanguage('en-US'));

  test('the sentence has its own grammar', () => {
    expect(inWords(metric({ models: ['lstm', '"prep"'], slots: [0, 2], workflow: 'prices' }))).toBe(expected);
  });

  test('no English is left in any sentence', () => {
    const english = /\b(of|all|the|each|with|engines?|models?|series|mean|per|their)\b/;
    for (const kind of QUERY_KINDS) {
      for (const over of OVER) {
        const query = { ...metric({ over, by: [...GROUP_KEYS], topN: 3, fill: 'null' as const }), kind };
        expect(inWords(query).replace(/Engines?/g, '')).not.toMatch(english);
      }
    }
  });
});

test('messages are told by level and text', () => {
  const query = { refId: 'A', kind: 'messages', models: ['lstm'], levels: ['error'], search: '{{x}} <b>' } as const;
  expect(inWords({ ...query, models: ['lstm'], levels: ['error'] })).toBe(
    'Messages of lstm, level error, with the text “{{x}} <b>”'
  );
  expect(inWords({ refId: 'A', kind: 'messages', search: 'x'.repeat(1000) }).length).toBeLessThan(200);
});

test('nothing that was saved is beyond words', () => {
  expect(inWords({ refId: 'A' } as WorkflowQuery)).toBe('No metric is chosen yet');
  expect(inWords({ refId: 'A', kind: 'traces' as 'status' })).toBe(
    'A query of a kind that this version does not know (traces)'
  );
  for (const kind of QUERY_KINDS) {
    for (const { name } of METRICS) {
      expect(inWords({ refId: 'A', kind, metric: name })).toMatch(/^\S.+\S$/);
    }
  }
});
