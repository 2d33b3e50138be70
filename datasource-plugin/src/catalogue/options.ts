import { t } from '@grafana/i18n';
import type { Catalogue, CatalogueModel, CatalogueWorkflow } from '@pneumograph/contract';
import type { ComboboxOption } from '@grafana/ui';
import type { ListedMetric } from '../types';
import { VERBATIM } from '../verbatim';
import { helpReader } from './metricHelp';

/** What narrows a list; an empty list narrows nothing. */
export interface Within {
  workflows: readonly string[];
  models: readonly string[];
}

export const EVERYWHERE: Within = { workflows: [], models: [] };

/** The workflows that have a name: models outside any workflow are listed under an empty one. */
export function workflowOptions(catalogue: Catalogue): ComboboxOption[] {
  return catalogue.workflows
    .filter(({ name }) => name !== '')
    .map(({ name, models }) => ({ value: name, label: name, description: modelCount(models.length) }));
}

/** The workflows that a query can name: also the one of the ingest backend's metrics of itself. */
export function askableWorkflowOptions(catalogue: Catalogue): ComboboxOption[] {
  const { self } = catalogue;
  return [
    ...workflowOptions(catalogue),
    ...(self ? [{ value: self.name, label: self.name, description: t('catalogue.itself', 'Pneumograph itself') }] : []),
  ];
}

/** Models by name. A name that several workflows use is one option, and means all of its models. */
export function modelOptions(catalogue: Catalogue, within: Within): ComboboxOption[] {
  const found = new Map<string, { assets: Set<string>; workflows: Set<string>; engines: number }>();
  for (const { workflow, model } of modelsWithin(catalogue, { ...within, models: [] })) {
    const entry = found.get(model.name) ?? { assets: new Set(), workflows: new Set(), engines: 0 };
    entry.engines += model.engines.length;
    entry.workflows.add(workflow.name);
    if (model.asset !== undefined && model.asset !== model.name) {
      entry.assets.add(model.asset);
    }
    found.set(model.name, entry);
  }
  return [...found].map(([name, { assets, workflows, engines }]) => ({
    value: name,
    label: name,
    description: [
      ...assets,
      engineCount(engines),
      ...[...workflows]
        .filter((workflow) => workflow !== '')
        .map((workflow) => t('catalogue.in-workflow', 'in {{workflow}}', { workflow, interpolation: VERBATIM })),
    ].join(' · '),
  }));
}

/** Slots of the models, in order; even ones are inputs, odd ones outputs. */
export function slotOptions(catalogue: Catalogue, within: Within): ComboboxOption[] {
  const slots = new Set(modelsWithin(catalogue, within).flatMap(({ model }) => model.slots));
  return [...slots].sort((a, b) => a - b).map((slot) => ({ value: String(slot), label: slotLabel(slot) }));
}

/** Fields of the records that monitors tell something of. */
export function featureOptions(catalogue: Catalogue, within: Within): ComboboxOption[] {
  const features = new Set(modelsWithin(catalogue, within).flatMap(({ model }) => model.features ?? []));
  return [...features].sort().map((name) => ({ value: name, label: name }));
}

export function slotLabel(slot: number): string {
  return `${slot} · ${slot % 2 === 0 ? t('catalogue.input', 'input') : t('catalogue.output', 'output')}`;
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** Engines by id, under their names and in the order of these. */
export function engineOptions(catalogue: Catalogue, within: Within): ComboboxOption[] {
  const found = new Map<string, ComboboxOption>();
  for (const { model } of modelsWithin(catalogue, within)) {
    for (const { src, name, status } of model.engines) {
      found.set(src, { value: src, label: name, description: `${model.name} · ${status}` });
    }
  }
  return [...found.values()].sort((a, b) => byName.compare(a.label ?? '', b.label ?? ''));
}

/** Monitors of the workflows and models; those that wait for their streams belong to none yet, and are always listed. */
export function monitorOptions({ monitors = [] }: Partial<Catalogue>, within: Within): ComboboxOption[] {
  const fits = ({ workflow, model }: { workflow: string; model: string }) =>
    matches(within.workflows, workflow) && matches(within.models, model);
  return monitors
    .filter(({ attached }) => attached.length === 0 || attached.some(fits))
    .map(({ name, kind, state }) => ({ value: name, label: name, description: `${kind} · ${state}` }));
}

const areaNames = (): Record<string, string> => ({
  throughput: t('areas.throughput', 'Throughput'),
  records: t('areas.records', 'Records'),
  rejects: t('areas.rejects', 'Rejected records'),
  resources: t('areas.resources', 'CPU and memory'),
  status: t('areas.status', 'Engine status'),
  flow: t('areas.flow', 'Coverage, loss and latency'),
  data: t('areas.data', 'Data'),
  'model performance': t('areas.performance', 'Model performance'),
  self: t('areas.self', 'Pneumograph itself'),
});

/** Metrics under the area they speak of: those of Pneumograph itself for its own workflow, the rest for all others. */
export function metricOptions({ metrics, self }: ListedMetrics, { workflows }: Within): ComboboxOption[] {
  const areas = areaNames();
  const helpOf = helpReader();
  const own = self !== undefined && workflows.includes(self.name);
  const others = workflows.length === 0 || workflows.some((name) => name !== self?.name);
  return metrics
    .filter(({ area }) => (area === 'self' ? own : others))
    .map((metric) => ({
      value: metric.name,
      label: metric.name,
      description: [unitLabel(metric.unit), helpOf(metric)].filter(Boolean).join(' · '),
      group: areas[metric.area ?? ''] ?? t('areas.other', 'Other metrics'),
    }));
}

interface ListedMetrics {
  readonly metrics: readonly ListedMetric[];
  readonly self?: Pick<CatalogueWorkflow, 'name'>;
}

export function findMetric(catalogue: Catalogue | undefined, name: string): ListedMetric | undefined {
  return catalogue?.metrics.find((metric) => metric.name === name);
}

const unitNames = (): Record<string, string> => ({
  recps: t('units.records-per-second', 'records/s'),
  short: t('units.number', 'number'),
  mps: t('units.messages-per-second', 'messages/s'),
  cps: t('units.items-per-second', 'items/s'),
  decbytes: t('units.bytes', 'bytes'),
  bytes: t('units.bytes', 'bytes'),
  percent: '%',
  percentunit: '%',
  s: t('units.seconds', 'seconds'),
  none: '',
});

/** A Grafana unit id in words; an id without words is shown as it is. */
export function unitLabel(unit: string): string {
  return unitNames()[unit] ?? unit;
}

function modelsWithin(
  { workflows, self }: Catalogue,
  within: Within
): Array<{ workflow: CatalogueWorkflow; model: CatalogueModel }> {
  const named = self && within.workflows.includes(self.name) ? [self] : [];
  return [...workflows.filter(({ name }) => matches(within.workflows, name)), ...named]
    .flatMap((workflow) => workflow.models.map((model) => ({ workflow, model })))
    .filter(({ model }) => matches(within.models, model.name));
}

function matches(wanted: readonly string[], name: string): boolean {
  return wanted.length === 0 || wanted.includes(name);
}

function modelCount(count: number): string {
  return t('catalogue.models', '', {
    count,
    defaultValue_one: '{{count}} model',
    defaultValue_other: '{{count}} models',
  });
}

function engineCount(count: number): string {
  return t('catalogue.engines', '', {
    count,
    defaultValue_one: '{{count}} engine',
    defaultValue_other: '{{count}} engines',
  });
}
