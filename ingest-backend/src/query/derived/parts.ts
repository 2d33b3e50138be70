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

/** A value as a share, so that values of several buckets or models can be joined: Σ part / Σ whole. */
export interface Cell {
  readonly part: number;
  /** 1 for values that are no shares. */
  readonly whole: number;
}

/** The values of one identity, by the start of their bucket. */
export interface Part extends Identity {
  readonly cells: ReadonlyMap<Micros, Cell>;
}

export interface DerivedSeries extends Identity {
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

/** What a metric that is worked out answers, and what its reader has to know. */
export interface Derived {
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
export function join(parts: readonly Part[], { by, across, width, over }: JoinQuestion): DerivedSeries[] {
  const groups = new Map<string, { identity: Identity; members: Array<ReadonlyMap<Micros, Cell>> }>();
  for (const part of parts) {
    const identity = groupOf(part, by);
    const key = JSON.stringify(identity);
    const group = groups.get(key) ?? { identity, members: [] };
    group.members.push(widen(part.cells, width, over));
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ identity, members }) => ({ ...identity, ...joinAcross(members, across) }))
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

function widen(cells: ReadonlyMap<Micros, Cell>, width: Micros, over: 'share' | 'last'): Map<Micros, Cell> {
  const wide = new Map<Micros, Cell>();
  for (const [time, cell] of cells) {
    const bucket = width === Infinity ? 0 : Math.floor(time / width) * width;
    const known = over === 'last' ? undefined : wide.get(bucket);
    wide.set(bucket, known === undefined ? cell : sum(known, cell));
  }
  return wide;
}

function joinAcross(members: ReadonlyArray<ReadonlyMap<Micros, Cell>>, across: Across) {
  const joined = joinCells(members, across);
  const times: Micros[] = [];
  joined.forEach(({ whole }, time) => {
    if (whole > 0) {
      times.push(time);
    }
  });
  times.sort((a, b) => a - b);
  const values = times.map((time) => {
    const { part, whole } = joined.get(time) as Cell;
    return across === 'sum' ? part : part / whole;
  });
  return { times, values };
}

function joinCells(members: ReadonlyArray<ReadonlyMap<Micros, Cell>>, across: Across): ReadonlyMap<Micros, Cell> {
  const [only, ...others] = members;
  if (only !== undefined && others.length === 0) {
    return only;
  }
  const joined = new Map<Micros, Cell>();
  for (const member of members) {
    for (const [time, cell] of member) {
      const known = joined.get(time);
      joined.set(time, known === undefined ? cell : two(known, cell, across));
    }
  }
  return joined;
}

function two(a: Cell, b: Cell, across: Across): Cell {
  if (across === 'min' || across === 'max') {
    const lower = b.whole === 0 || (a.whole > 0 && a.part / a.whole <= b.part / b.whole) ? a : b;
    const higher = a.whole === 0 || (b.whole > 0 && lower === a) ? b : a;
    return across === 'min' ? lower : higher;
  }
  return sum(a, b);
}

function sum(a: Cell, b: Cell): Cell {
  return { part: a.part + b.part, whole: a.whole + b.whole };
}

function byIdentity(a: Identity, b: Identity): number {
  return (
    compare(a.workflow ?? '', b.workflow ?? '') ||
    compare(a.model ?? '', b.model ?? '') ||
    (a.slot ?? -1) - (b.slot ?? -1) ||
    compare(a.engine ?? '', b.engine ?? '')
  );
}
