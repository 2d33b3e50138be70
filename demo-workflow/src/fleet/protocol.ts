import type { EngineState } from '@pneumograph/contract';
import type { ReportTarget } from '../reports/index.js';
import type { Routes } from '../streams/index.js';
import type { EngineName } from '../workflow.js';

/** From the demo to an engine's process, in this order. */
export type Order =
  | { order: 'load'; engine: EngineName; reports: ReportTarget }
  /** Given once every engine listens. The routes are empty where streams are Kafka topics. */
  | { order: 'run'; routes: Routes }
  /** Makes each record cost its model so many milliseconds at least. */
  | { order: 'strain'; millis: number }
  /** Ends the process as a crash does: with an engine in error, and nobody to finish. */
  | { order: 'crash'; reason: string }
  | { order: 'finish' };

/** From an engine's process to the demo. */
export type Notice =
  | { notice: 'loaded'; port: number }
  | { notice: 'state'; state: EngineState }
  | { notice: 'log'; line: object }
  /** The last word of a process that cannot go on. */
  | { notice: 'failed'; reason: string };
