import { t } from '@grafana/i18n';
import type { WorkflowQuery } from '../types';

interface Example {
  title: string;
  help: string;
  query: Omit<WorkflowQuery, 'refId'>;
}

/** One query for each question that people ask first. */
export function examples(): Example[] {
  return [
    {
      title: t('examples.throughput', 'Records per second of every model'),
      help: t('examples.throughput-help', 'One line for each input and output of a model, over all of its engines.'),
      query: { kind: 'metric', metric: 'rps', by: ['model', 'slot'] },
    },
    {
      title: t('examples.rejects', 'Records that did not fit the schema'),
      help: t('examples.rejects-help', 'How many each model rejected in each step of time.'),
      query: { kind: 'metric', metric: 'record.rejected.by.schema.count', by: ['model'] },
    },
    {
      title: t('examples.cpu', 'CPU of each engine'),
      help: t('examples.cpu-help', 'Nothing is combined, so that one busy engine does not hide behind the others.'),
      query: { kind: 'metric', metric: 'cpu.utilization', by: ['model', 'engine'] },
    },
    {
      title: t('examples.states', 'States of the engines'),
      help: t('examples.states-help', 'For a state timeline: which engine was running, paused or in error, and when.'),
      query: { kind: 'status' },
    },
    {
      title: t('examples.health', 'Is an engine in error now?'),
      help: t('examples.health-help', 'One number for each engine, for an alert rule: 2 is an error.'),
      query: { kind: 'metric', metric: 'engine.status', by: ['model', 'engine'], format: 'latest' },
    },
    {
      title: t('examples.topology', 'The graph of the models'),
      help: t(
        'examples.topology-help',
        'For the panel Workflow health: models, their engines, and what flows between them.'
      ),
      query: { kind: 'topology' },
    },
    {
      title: t('examples.drift', 'Drift of the data'),
      help: t(
        'examples.drift-help',
        'How far the values of each feature are from their reference, where a monitor looks.'
      ),
      query: { kind: 'metric', metric: 'drift.psi', by: ['model', 'feature'] },
    },
    {
      title: t('examples.alerts', 'What monitors found'),
      help: t('examples.alerts-help', 'One row for each alert, newest first, for tables and annotations.'),
      query: { kind: 'alerts' },
    },
    {
      title: t('examples.messages', 'What engines and models write'),
      help: t(
        'examples.messages-help',
        'Log lines, newest first, for Explore and the Logs panel; search narrows them.'
      ),
      query: { kind: 'messages' },
    },
  ];
}
