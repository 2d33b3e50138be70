import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';

const FOLDER = fileURLToPath(new URL('../../provisioning/', import.meta.url));

/** The parts of the provisioned files that tests look at. */
export interface SavedQuery extends Record<string, unknown> {
  kind: string;
  metric?: string;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: unknown;
  targets: SavedQuery[];
  fieldConfig?: { defaults: { unit?: string; min?: number; max?: number; custom?: { axisSoftMax?: number } } };
}

export interface Variable {
  name: string;
  type: string;
  datasource?: unknown;
}

export interface Dashboard {
  uid: string;
  panels: Panel[];
  links: Array<{ tags: string[]; keepTime: boolean; includeVars: boolean }>;
  templating: { list: Variable[] };
  annotations: { list: Array<{ target?: SavedQuery }> };
}

export interface AlertRule {
  condition: string;
  noDataState: string;
  annotations: Record<string, string>;
  data: Array<{
    refId: string;
    datasourceUid: string;
    model: SavedQuery & {
      by?: string[];
      expression?: string;
      conditions?: Array<{ evaluator: { type: string; params: [number, number] } }>;
    };
  }>;
}

export interface Service {
  build?: { dockerfile: string };
  depends_on?: Record<string, unknown> | null;
  environment?: Record<string, string>;
  volumes?: string[];
}

export interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, unknown>;
}

export function readProvisioned(file: string): string {
  return readFileSync(FOLDER + file, 'utf8');
}

/** Reads a YAML file, with `!reset`, the tag by which Compose drops what it would otherwise merge. */
export function readYaml<T>(file: string): T {
  const document = parseDocument(readProvisioned(file), {
    customTags: [
      { tag: '!reset', collection: 'seq', resolve: () => null },
      { tag: '!reset', collection: 'map', resolve: () => null },
    ],
  });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    throw new Error(`${file}: ${problems.map(({ message }) => message).join('; ')}`);
  }
  return document.toJS() as T;
}
