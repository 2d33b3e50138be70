import { PRICE_COLUMNS } from './models/index.js';
import type { ReportTarget } from './reports/index.js';
import { topicOf } from './streams/index.js';
import { WORKFLOW, workflowSlots } from './workflow.js';

/** A record stream of the demo, in the words of the ingest backend's configuration (`streams`). */
export interface RecordStream {
  readonly workflow: string;
  readonly model: string;
  readonly slot: number;
  readonly encoding: 'json' | 'csv';
  readonly columns?: string[];
  readonly kind: 'http' | 'kafka';
  readonly brokers?: string[];
  readonly topic?: string;
}

/** The streams of every slot of every model: the input and output of each, and the truth (`reader:3`) for predictions. */
export function recordStreams(reports: ReportTarget): RecordStream[] {
  return workflowSlots().map(({ model, slot, writer, encoding }) => ({
    workflow: WORKFLOW,
    model,
    slot,
    encoding,
    ...(encoding === 'csv' ? { columns: [...PRICE_COLUMNS] } : {}),
    ...(reports.kind === 'kafka'
      ? { kind: 'kafka' as const, brokers: reports.brokers, topic: topicOf(WORKFLOW, writer) }
      : { kind: 'http' as const }),
  }));
}
