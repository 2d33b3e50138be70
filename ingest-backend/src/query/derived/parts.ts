import type { Across, GroupKey, Micros } from '@pneumograph/contract';
import { compare } from '../inventory.js';

/** What values are about; undefined where they are not told apart by it. */
export interface Identity {
  readonly workflow: string | undefined;
  readonly model: string | undefined;
  readonly slot: number | undefined;
  readonly engine: string | undefined;
  /** Slots that a link comes from, as `model:slot`. */
  readonly from?: string | undefined;
}

/**
 * Values as shares, by bucket, so that values of several buckets or models can be joined: Σ part / Σ whole. Of many models
 * there are hundreds of thousands.
 */
export class Shares {
  readonly #parts: Float64Array;
  /** 1 for values that are no shares, 0 where there is no value. */
  readonly #wholes: Float64Array;

  /** @param count of buckets */
  constructor(count: number) {
    this.#parts = new Float64Array(count);
    this.#wholes = new Float64Array(count);
  }

  get length(): number {
    return this.#parts.length;
  }

  get isEmpty(): boolean {
    return this.#wholes.every((whole) => whole === 0);
  }

  /** Of buckets that have a value. */
  get count(): number {
    let count = 0;
    for (let index = 0; index < this.#wholes.length; index++) {
      count += this.wholeAt(index) > 0 ? 1 : 0;
    }
    return count;
  }

  set(index: number, part: number, whole = 1): void {
    this.#parts[index] = part;
    this.#wholes[index] = whole;
  }

  partAt(index: number): number {
    return this.#parts[index] as number;
  }

  wholeAt(index: number): number {
    return this.#wholes[index] as number;
  }

  /** Undefined where there is no value. */
  valueAt(index: number): number | undefined {
    return this.wholeAt(index) > 0 ? this.partAt(index) / this.wholeAt(index) : undefined;
  }
}

/** The values of one identity. */
export interface Part extends Identity {
  readonly shares: Shares;
}

/** Buckets by their place: the first begins at `base`. One of infinite width is the whole range, and told at 0. */
export interface Buckets {
  readonly base: Micros;
  readonly width: Micros;
}

export interface DerivedSeries extends Identity {
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

/** What a metric that is worked out answers, and what its reader has to know. */
export interface Derived {
  /** The buckets of all parts. */
  readonly buckets: Buckets;
  readonly parts: readonly Part[];
  /** Said in any case. */
  readonly notices: readonly string[];
  /** Said where there are no values: what is missing. */
  readonly missing: readonly string[];
}

export interface JoinQuestion {
  readonly by: readonly GroupKey[];
  readonly across: Across;
  /** The width of a bucket, or Infinity for one value of the whole range. */
  readonly width: Micros;
  /** How finer buckets become one: shares are joined as shares, a level is what it is at the end. */
  readonly over: 'share' | 'last';
}

/** Values by the groups that are asked for, in a stable order; groups without values are left out. */
export function join(
  { buckets, parts }: Pick<Derived, 'buckets' | 'parts'>,
  { by, across, width, over }: JoinQuestion
): DerivedSeries[] {
  const base = width === Infinity ? 0 : Math.floor(buckets.base / width) * width;
  const groups = new Map<string, { identity: Identity; members: Shares[] }>();
  for (const part of parts) {
    const identity = groupOf(part, by);
    const key = JSON.stringify(identity);
    const group = groups.get(key) ?? { identity, members: [] };
    group.members.push(widen(part.shares, buckets, { base, width }, over));
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ identity, members }) => ({ ...identity, ...toldOf(joinAcross(members, across), { base, width }, across) }))
    .filter(({ times }) => times.length > 0)
    .sort(byIdentity);
}

/** The identity that groups by some keys have; a model is one of its workflow. */
export function groupOf(identity: Identity, by: readonly GroupKey[]): Identity {
  const model = by.includes('model');
  const slot = by.includes('slot');
  return {
    workflow: model || by.includes('workflow') ? identity.workflow : undefined,
    model: model ? identity.model : undefined,
    slot: slot ? identity.slot : undefined,
    engine: by.includes('engine') ? identity.engine : undefined,
    // Where the slots of a model are joined there is no one link any more.
    ...(model && slot && identity.from !== undefined ? { from: identity.from } : {}),
  };
}

function widen(shares: Shares, from: Buckets, to: Buckets, over: 'share' | 'last'): Shares {
  if (from.base === to.base && from.width === to.width) {
    return shares;
  }
  const place = (index: number): number =>
    to.width === Infinity ? 0 : Math.floor((from.base + index * from.width - to.base) / to.width);
  const wide = new Shares(shares.length === 0 ? 0 : place(shares.length - 1) + 1);
  for (let index = 0; index < shares.length; index++) {
    const [part, whole] = [shares.partAt(index), shares.wholeAt(index)];
    if (whole > 0) {
      const at = place(index);
      if (over === 'last') {
        wide.set(at, part, whole);
      } else {
        wide.set(at, wide.partAt(at) + part, wide.wholeAt(at) + whole);
      }
    }
  }
  return wide;
}

function joinAcross(members: readonly Shares[], across: Across): Shares {
  const [only, ...others] = members;
  if (only !== undefined && others.length === 0) {
    return only;
  }
  const joined = new Shares(Math.max(0, ...members.map(({ length }) => length)));
  for (const member of members) {
    for (let index = 0; index < member.length; index++) {
      const value = member.valueAt(index);
      if (value === undefined) {
        continue;
      }
      const [part, whole] = [member.partAt(index), member.wholeAt(index)];
      const known = joined.valueAt(index);
      if (across === 'min' || across === 'max') {
        if (known === undefined || (across === 'min' ? value < known : value > known)) {
          joined.set(index, part, whole);
        }
      } else {
        joined.set(index, joined.partAt(index) + part, joined.wholeAt(index) + whole);
      }
    }
  }
  return joined;
}

function toldOf(shares: Shares, { base, width }: Buckets, across: Across) {
  // Of their length from the start: lists that grow are copied again and again.
  const times = new Array<Micros>(shares.count);
  const values = new Array<number>(times.length);
  for (let index = 0, at = 0; index < shares.length; index++) {
    const value = shares.valueAt(index);
    if (value !== undefined) {
      times[at] = width === Infinity ? base : base + index * width;
      values[at++] = across === 'sum' ? shares.partAt(index) : value;
    }
  }
  return { times, values };
}

function byIdentity(a: Identity, b: Identity): number {
  return (
    compare(a.workflow ?? '', b.workflow ?? '') ||
    compare(a.model ?? '', b.model ?? '') ||
    (a.slot ?? -1) - (b.slot ?? -1) ||
    compare(a.engine ?? '', b.engine ?? '')
  );
}
