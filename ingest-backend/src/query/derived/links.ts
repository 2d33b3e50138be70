import type { Micros } from '@pneumograph/contract';
import type { AggregateQuestion } from '../../store/index.js';
import type { DirectoryEnd } from '../directory.js';
import type { Scope } from '../scope.js';
import { axisOf, bucketsUntil, lookBack, type Axis } from './axis.js';
import { countsOf, type ModelCounts } from './counts.js';
import { Curve } from './curve.js';
import { Shares, type Derived, type Part } from './parts.js';

/** An input slot with all output slots that write to it. */
interface Link {
  readonly workflow: string;
  readonly to: DirectoryEnd;
  readonly from: DirectoryEnd[];
}

interface Flow {
  readonly link: Link;
  readonly written: Curve;
  /** Records that came to the slot, accepted or not. */
  readonly read: Curve;
  readonly until: Micros;
}

/**
 * Records written to an input slot and not read yet. Counts alone cannot tell how many lay there at first: the least
 * of the range, and of some time before it, is taken for none.
 */
export async function backlog(scope: Scope, question: AggregateQuestion): Promise<Derived> {
  const axis = axisOf(scope, everyModel(question), lookBack(scope));
  const { flows, missing } = await flowsOf(scope, question, axis);
  const parts = flows.map(({ link, written, read, until }): Part => {
    const count = bucketsUntil(axis, until);
    const [inflow, outflow] = [written.dense(count), read.dense(count)];
    let level = 0;
    const levels = inflow.map((value, index) => (level += value - (outflow[index] as number)));
    const least = levels.reduce((a, b) => Math.min(a, b), 0);
    const first = Math.min(written.first, read.first);
    const shares = new Shares(count);
    levels.forEach((value, index) => {
      const time = axis.base + index * axis.width;
      if (time >= first && time + axis.width > scope.from) {
        shares.set(index, whole(value - least));
      }
    });
    return { ...identityOf(link), shares };
  });
  return { buckets: axis, parts, notices: [], missing };
}

/** Without what parts of records leave over when they are added up. */
function whole(level: number): number {
  return Math.round(level * 1e6) / 1e6;
}

/** Records read at an input slot for each record written to it. */
export async function conservation(scope: Scope, question: AggregateQuestion): Promise<Derived> {
  const axis = axisOf(scope, everyModel(question));
  const { flows, missing } = await flowsOf(scope, question, axis);
  const parts = flows.map(({ link, written, read }): Part => {
    const shares = new Shares(written.length);
    written.forEach((whole, _, index) => {
      const part = read.at(index);
      if (whole > 0 && part !== undefined) {
        shares.set(index, part, whole);
      }
    });
    return { ...identityOf(link), shares };
  });
  return { buckets: axis, parts, notices: [], missing };
}

/** The writers are asked for whatever the question names: it names readers. */
function everyModel({ workflow }: AggregateQuestion) {
  return { workflow, models: [], slots: [], engines: [], by: [] };
}

/** What was written to and read from the links that lead to the slots of a question. */
async function flowsOf(scope: Scope, question: AggregateQuestion, axis: Axis) {
  const links = linksTo(scope, question);
  if (links.length === 0) {
    return {
      flows: [],
      missing: [
        'Expected a link that leads to these slots, found none: links come from `workflows` in the configuration, ' +
          'or from Composer.',
      ],
    };
  }
  const counts = await countsOf(scope, everyModel(question), axis, { together: 'workflow', rejectsOf: 'in' });
  const models = new Map(counts.map((model) => [keyOf(model.workflow, model.model), model]));
  const reporting = new Set(
    scope.inventory.reported
      .filter(({ metric }) => metric === 'record.count')
      .map(({ workflow, model, slot }) => keyOf(workflow, model, slot))
  );
  const flows: Flow[] = [];
  const missing: string[] = [];
  for (const link of links) {
    const { workflow, from, to } = link;
    const silent = [...from, to].filter((end) => !reporting.has(keyOf(workflow, end.model, end.slot)));
    if (silent.length > 0) {
      missing.push(`${nameOf(from)} → ${nameOf([to])}: no record counts have come of ${nameOf(silent)}.`);
      continue;
    }
    const written = Curve.sum(from.map((end) => countsAt(models, workflow, end)?.passed ?? Curve.NOTHING));
    const reader = countsAt(models, workflow, to);
    const read = Curve.sum([reader?.passed ?? Curve.NOTHING, reader?.rejected ?? Curve.NOTHING]);
    if (!written.isEmpty || !read.isEmpty) {
      flows.push({ link, written, read, until: Math.min(...untils(counts, workflow)) });
    } else {
      missing.push(`${nameOf(from)} → ${nameOf([to])}: no record counts have come in this time.`);
    }
  }
  return { flows, missing };
}

function linksTo({ inventory }: Scope, { workflow, models, slots }: AggregateQuestion): Link[] {
  const links = new Map<string, Link>();
  for (const { name, links: all } of inventory.workflows()) {
    for (const { from, to } of all) {
      const asked =
        (workflow === undefined || workflow === name) &&
        (models.length === 0 || models.includes(to.model)) &&
        (slots.length === 0 || slots.includes(to.slot));
      if (asked) {
        const key = keyOf(name, to.model, to.slot);
        const link = links.get(key) ?? { workflow: name, to, from: [] };
        link.from.push(from);
        links.set(key, link);
      }
    }
  }
  return [...links.values()];
}

function countsAt(models: ReadonlyMap<string, ModelCounts>, workflow: string, { model, slot }: DirectoryEnd) {
  return models.get(keyOf(workflow, model))?.slots.get(slot);
}

function untils(counts: readonly ModelCounts[], workflow: string): Micros[] {
  return counts.filter((model) => model.workflow === workflow).map(({ until }) => until);
}

function identityOf({ workflow, to, from }: Link) {
  return { workflow, ...to, engine: undefined, from: nameOf(from) };
}

function nameOf(ends: readonly DirectoryEnd[]): string {
  return ends.map(({ model, slot }) => `${model}:${slot}`).join(', ');
}

function keyOf(workflow: string, model: string, slot?: number): string {
  return JSON.stringify([workflow, model, slot ?? null]);
}
