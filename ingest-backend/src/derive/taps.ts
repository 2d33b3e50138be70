/** What a tap's values mean. */
export interface Tap {
  readonly name: string;
  readonly metric: string;
  readonly kind: 'count' | 'gauge';
  /** Undefined where the metric has no slot. */
  readonly slot: number | undefined;
  /** A small number of its own, to find what belongs to it in an array. */
  readonly index: number;
}

const MANIFOLD = /^manifold\.(\d{1,4})\.records\.(count|size|rejected\.by\.schema|rejected\.by\.encoding)$/;

const MANIFOLD_METRICS: Readonly<Record<string, string>> = {
  count: 'record.count',
  size: 'record.size',
  'rejected.by.schema': 'record.rejected.by.schema.count',
  'rejected.by.encoding': 'record.rejected.by.encoding.count',
};

const SYSTEM_METRICS: Readonly<Record<string, string>> = {
  'sys.cpu.utilization': 'cpu.utilization',
  'sys.memory': 'memory',
};

const taps = new Map<string, Tap>();
const others = new Set<string>();
const MOST_OTHERS = 10_000;

/**
 * What a tap measures, or undefined for one that no metric comes from (`manifold.debug`, `jet.…`).
 * The answer is one object for each name, so that taps can be compared by identity.
 */
export function findTap(name: string): Tap | undefined {
  const known = taps.get(name);
  if (known !== undefined || others.has(name)) {
    return known;
  }
  const tap = parseTap(name);
  if (tap !== undefined) {
    taps.set(name, tap);
    return tap;
  }
  // Names come from outside: an endless supply of new ones must not fill the memory.
  if (others.size >= MOST_OTHERS) {
    others.clear();
  }
  others.add(name);
  return undefined;
}

function parseTap(name: string): Tap | undefined {
  const index = taps.size;
  const gauge = Object.hasOwn(SYSTEM_METRICS, name) ? SYSTEM_METRICS[name] : undefined;
  if (gauge !== undefined) {
    return { name, metric: gauge, kind: 'gauge', slot: undefined, index };
  }
  const match = MANIFOLD.exec(name);
  const metric = match?.[2] === undefined ? undefined : MANIFOLD_METRICS[match[2]];
  return metric === undefined ? undefined : { name, metric, kind: 'count', slot: Number(match?.[1]), index };
}
