/**
 * Grafana data frames in their JSON form, as far as Pneumograph writes them. The same bytes are read by Grafana's
 * Go SDK, by `dataFrameFromJSON` in the browser and by tests.
 */
export type FieldType = 'time' | 'number' | 'string' | 'boolean' | 'other';

export interface ValueMapping {
  type: 'value';
  options: Record<string, { text: string; color?: string; index: number }>;
}

export interface DataLink {
  title: string;
  url: string;
}

export interface FieldConfig {
  displayNameFromDS?: string;
  displayName?: string;
  description?: string;
  unit?: string;
  /** Milliseconds between two values of a time field. */
  interval?: number;
  min?: number;
  max?: number;
  mappings?: ValueMapping[];
  links?: DataLink[];
}

export interface FieldSchema {
  name: string;
  type: FieldType;
  typeInfo: { frame: 'time.Time' | 'float64' | 'int64' | 'string' | 'bool' | 'json.RawMessage'; nullable?: boolean };
  labels?: Record<string, string>;
  config?: FieldConfig;
}

export interface FrameMeta {
  type?: 'timeseries-multi' | 'numeric-multi' | 'table' | 'heatmap-rows' | 'log-lines';
  typeVersion?: [number, number];
  preferredVisualisationType?: 'graph' | 'table' | 'nodeGraph' | 'logs';
  custom?: Record<string, unknown>;
  notices?: Array<{ severity: 'info' | 'warning' | 'error'; text: string }>;
}

export interface Frame {
  schema: { refId: string; name?: string; meta: FrameMeta; fields: FieldSchema[] };
  /** One array a field; times in epoch milliseconds. */
  data: { values: unknown[][] };
}
