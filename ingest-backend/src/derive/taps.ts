/** What a tap's values mean. */
export interface Tap {
  readonly name: string;
  readonly metric: string;
  readonly kind: 'count' | 'gauge';
  /** Undefined where the metric has no slot. */
  readonly slot: number | undefined;
}

const MANIFOLD = /^manifold\.(\d{1,4})\.records\.(count|size|rejected\.by\.schema|rejected\.by\.encoding)$/;

const MANIFOLD_METRICS: Readonly<Record<string, string>> = {
  count: 'record.count',
  size: 'record.size',
  'rejected.by.schema': 'record.rejected.by.schema.count',
  'rejected.by.encoding': 'record.rejected.by.encoding.count',
};

const SYSTEM: Readonly<Record<string, Tap>> = {
  'sys.cpu.utilization': { name: 'sys.cpu.utilization', metric: 'cpu.utilization', kind: 'gauge', slot: undefined },
  'sys.memory': { name: 'sys.memory', metric: 'memory', kind: 'gauge', slot: undefined },
};

const KNOWN_LIMIT = 10_000;
const known = new Map<string, Tap | undefined>();

/**
 * What a tap measures, or undefined for one that no metric comes from (`manifold.debug`, `jet.…`).
 * The answer is one object for each name, so that taps can be compared by identity.
 */
export function findTap(name: string): Tap | undefined {
  let tap = known.get(name);
  if (tap === undefined && !known.has(name)) {
    tap = parseTap(name);
    // Names come from outside: an endless supply of new ones must not fill the memory.
    if (known.size >= KNOWN_LIMIT) {
      known.clear();
    }
    known.set(name, tap);
  }
  return tap;
}

function parseTap(name: string): Tap | undefined {
  if (Object.hasOwn(SYSTEM, name)) {
    return SYSTEM[name];
  }
  const match = MANIFOLD.exec(name);
  const metric = match?.[2] === undefined ? undefined : MANIFOLD_METRICS[match[2]];
  return metric === undefined ? undefined : { name, metric, kind: 'count', slot: Number(match?.[1]) };
}
