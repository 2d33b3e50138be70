export { isAttached, parseDefinition, readDefinitions, type Definition } from './definition.js';
export { MonitorHost, type HostOptions, type MonitorEntry } from './host.js';
export type {
  Distribution,
  Finding,
  Kind,
  Measurement,
  Monitor,
  Setting,
  Severity,
  Speech,
  Subject,
} from './monitor.js';
export { Windows, type Window, type WindowsState } from './windows.js';
