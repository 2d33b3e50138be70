import type { GroupKey, Micros } from '@pneumograph/contract';
import type { AggregateQuestion, Extent, SeriesInfo, Window } from '../../store/index.js';
import { Inventory, tenure } from '../inventory.js';
import type { Scope } from '../scope.js';
import { counting, lastReports } from './axis.js';
import { Curve } from './curve.js';
import { groupOf, Shares, type Derived, type Identity, type Part } from './parts.js';

type Tap = Pick<SeriesInfo, 'workflow' | 'model' | 'engine'> & { readonly slot: number };

const EVERY_KEY: readonly GroupKey[] = ['workflow', 'model', 'slot', 'engine'];
/** Each engine has sensors of its own at these slots. */
const DEFAULT_SLOTS = [0, 1];

/**
 * The share of each bucket that reports of `record.count` speak for, of the time that a report was due for. A bucket
 * that none speaks for has the value 0, so that an alert sees it.
 */
export async function coverage(scope: Scope, question: AggregateQuestion): Promise<Derived> {
  const { from, to, width, across, by } = question;
  const [expected, extents] = await Promise.all([
    expectedTaps(scope, question),
    scope.store.extents(question, 'record.count', firstLook(scope, question), to),
  ]);
  const known = new Map(extents.map((extent) => [keyOf(extent), extent]));
  const taps = new Map([...expected, ...extents.map(tapOf)].map((tap) => [keyOf(tap), tap]));
  const windows = new Map([...taps].map(([key, tap]) => [key, dueWindow(scope, tap, known.get(key))]));
  const window = (series: SeriesInfo) => windows.get(keyOf(series)) ?? { from, to: from };
  // Of the least and the greatest every tap has to be known.
  const told = across === 'avg' ? by : EVERY_KEY;
  const query = { ...question, metrics: ['record.count'], measure: 'time', by: told, window } as const;
  const axis = { base: Math.floor(from / width) * width, width };
  const covered = new Map<string, Curve>();
  for (const series of await scope.store.spread(query)) {
    covered.set(JSON.stringify(groupOf(series, told)), Curve.of(width, series));
  }
  // Seconds of each bucket that reports were due for, by group.
  const due = new Map<string, { identity: Identity; seconds: Float64Array }>();
  for (const [key, tap] of taps) {
    const identity = groupOf(tap, told);
    const group = JSON.stringify(identity);
    const { seconds } = due.get(group) ?? { seconds: new Float64Array(Math.ceil((to - axis.base) / width)) };
    due.set(group, { identity, seconds });
    const own = windows.get(key) as Window;
    const [begin, end] = [Math.max(own.from, from), Math.min(own.to, to)];
    for (let start = Math.floor(begin / width) * width; start < end; start += width) {
      const index = Math.round((start - axis.base) / width);
      seconds[index] = (seconds[index] as number) + (Math.min(start + width, end) - Math.max(start, begin)) / 1e6;
    }
  }
  const parts = [...due].map(([group, { identity, seconds }]): Part => {
    const shares = new Shares(seconds.length);
    const told = covered.get(group);
    seconds.forEach((whole, index) => shares.set(index, Math.min(told?.at(index) ?? 0, whole), whole));
    return { ...identity, shares };
  });
  return {
    buckets: axis,
    parts,
    notices: [],
    missing: ['No engine is known that belongs to these models or has reported in this time.'],
  };
}

/** The taps that should report: each engine of a model at each slot that the model is known to report of. */
async function expectedTaps(scope: Scope, { from, to, workflow, models, slots, engines }: AggregateQuestion) {
  const inventory = await Inventory.take(scope.store, scope.directory, { from, to });
  const reported = new Map<string, Set<number>>();
  for (const { metric, workflow: of, model, slot } of scope.inventory.reported) {
    if (metric === 'record.count' && slot !== undefined) {
      const key = JSON.stringify([of, model]);
      reported.set(key, (reported.get(key) ?? new Set()).add(slot));
    }
  }
  return inventory.models({ workflow, models }).flatMap((model) =>
    [...model.engines.keys()].flatMap((engine): Tap[] => {
      const own = reported.get(JSON.stringify([model.workflow, model.name]));
      const mapped = scope.directory.assignments(engine).length > 0;
      const expected = own ?? (model.slots.size > 0 ? model.slots : mapped ? DEFAULT_SLOTS : []);
      return engines.length > 0 && !engines.includes(engine)
        ? []
        : [...expected]
            .filter((slot) => slots.length === 0 || slots.includes(slot))
            .map((slot) => ({ workflow: model.workflow, model: model.name, engine, slot }));
    })
  );
}

/**
 * From when on reports are looked for: those that say whether a tap still reports, and for taps of which nothing else
 * says when they began all of the range, for their first one.
 */
function firstLook({ directory, inventory, now }: Scope, question: AggregateQuestion): Micros {
  const { from, to } = question;
  const isKnown = ({ engine }: SeriesInfo) => (directory.assignments(engine)[0]?.from ?? Infinity) <= from;
  return counting(inventory, question).every(isKnown)
    ? lastReports(from, Math.min(to, now), directory.silentAfter)
    : from;
}

/**
 * From when until when reports of a tap are due: while its engine belongs to the model, and up to the last report.
 * What comes after that may be on its way, until the tap has been silent for longer than engines may be.
 */
function dueWindow({ directory, from, to, now }: Scope, tap: Tap, extent: Extent | undefined): Window {
  const belongs = tenure(directory, tap);
  // What came before the first assignment counts to the first, so that alone does not say when an engine began.
  const given = directory.assignments(tap.engine)[0]?.from ?? Infinity;
  const begin = belongs.from > -Infinity ? belongs.from : Math.min(given, extent?.first ?? Infinity);
  const end = Math.min(to, now, belongs.until);
  // A report in the middle of a burst says how many, and leaves it to the next one to say for how long.
  const last = Math.min(extent?.lastSpan ?? Math.max(begin, from), end);
  return { from: begin, to: end === belongs.until || now - last > directory.silentAfter ? end : last };
}

function tapOf({ workflow, model, engine, slot = 0 }: Extent): Tap {
  return { workflow, model, engine, slot };
}

function keyOf({ workflow, model, engine, slot }: SeriesInfo | Tap): string {
  return JSON.stringify([workflow, model, engine, slot ?? 0]);
}
