import { BIGINT, LIST, listValue, type DuckDBDataChunk, type DuckDBListVector } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import { Spreading } from '../spreading.js';
import {
  LOOK_AHEAD,
  TIER_WIDTH,
  type Extent,
  type Selection,
  type SpreadQuestion,
  type SpreadSeries,
} from '../store.js';
import { compareSeries } from './dictionary.js';
import { membersOf } from './members.js';
import type { Memory } from './memory.js';
import { groupBy, TYPES, type Group } from './questions.js';
import type { ParameterTypes, Readers } from './readers.js';
import { extentsSql, KINDS, timeSql, valueSql } from './spread-sql.js';
import { askTiers, sourcesOf } from './tiers/index.js';
import { whole } from './whole.js';

const SPREAD_TYPES: ParameterTypes = { ...TYPES, begins: LIST(BIGINT), ends: LIST(BIGINT) };

/** What points say of the time that they speak for. */
export async function spread(
  readers: Readers,
  { dictionary, tiers }: Memory,
  question: SpreadQuestion
): Promise<SpreadSeries[]> {
  const { from, to, width, metrics, window } = question;
  const selected = metrics.flatMap((metric) => dictionary.select(question, metric));
  const groups = groupBy(selected, question.by);
  if (groups.length === 0 || from >= to) {
    return [];
  }
  const base = Math.floor(from / width) * width;
  const members = groups.flatMap((group) => group.members);
  const windows = members.map((member) => {
    const own = window?.(member) ?? { from, to };
    return { from: Math.max(own.from, from), to: Math.min(own.to, to) };
  });
  const uncut = windows.reduce((a, b) => ({ width, from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }), {
    width,
    from,
    to,
  });
  const [first] = windows;
  const isSame = windows.every((own) => own.from === first?.from && own.to === first.to);
  const cells = groups.length * Math.ceil((to - base) / width);
  return askTiers(
    readers,
    tiers,
    () => {
      const sources = sourcesOf(tiers, { from, to, width, metrics });
      // Points may speak for longer than questions look.
      const ofPoints = tiers.longest < LOOK_AHEAD ? tiers.longest : Infinity;
      const longest = Math.max(ofPoints, ...sources.rollups.map(({ tier }) => TIER_WIDTH[tier]));
      const plan = { sources, uncut, window: isSame ? first : undefined, base, width, cells, longest };
      return question.measure === 'value' ? valueSql(plan, question.withoutZeros) : timeSql(plan);
    },
    {
      members: membersOf(groups),
      ...(isSame
        ? {}
        : {
            begins: listValue(windows.map((own) => whole(own.from))),
            ends: listValue(windows.map((own) => whole(own.to))),
          }),
    },
    SPREAD_TYPES,
    (chunks) => addUp(chunks, groups, question)
  );
}

/** What is told of each group as one series; groups ascending. */
function addUp(chunks: readonly DuckDBDataChunk[], groups: readonly Group[], question: SpreadQuestion): SpreadSeries[] {
  const spreadings = groups.map(() => new Spreading(question));
  for (const chunk of chunks) {
    const kinds = chunk.getColumnVector(0);
    const grps = chunk.getColumnVector(1);
    const lists = [2, 3, 4].map((column) => chunk.getColumnVector(column) as DuckDBListVector);
    for (let row = 0; row < chunk.rowCount; row++) {
      addRow(spreadings[grps.getItem(row) as number] as Spreading, kinds.getItem(row) as number, lists as Lists, row);
    }
  }
  return spreadings.flatMap((spreading, index) => {
    const told = spreading.finish();
    return told === undefined ? [] : [{ ...(groups[index] as Group).identity, ...told }];
  });
}

type Lists = [DuckDBListVector, DuckDBListVector, DuckDBListVector];

/** DuckDB's own lists grow value by value, which takes longer than the query: here each number goes where it belongs. */
function addRow(spreading: Spreading, kind: number, [firsts, seconds, worths]: Lists, row: number): void {
  const [first, second, worth] = [firsts.childVector, seconds.childVector, worths.childVector];
  const own = firsts.getEntryOffset(row);
  const toSecond = seconds.getEntryOffset(row) - own;
  const toWorth = worths.getEntryOffset(row) - own;
  const end = own + firsts.getEntryLength(row);
  for (let at = own; at < end; at++) {
    const begin = first.getItem(at) as number;
    const value = worth.getItem(at + toWorth) as number;
    if (kind === KINDS.buckets) {
      spreading.addBucket(begin, value);
    } else if (kind === KINDS.stretches) {
      spreading.addStretch(begin, second.getItem(at + toSecond) as number, value);
    } else {
      spreading.addBucket(begin, value);
      const beyond = second.getItem(at + toSecond) as number | null;
      if (beyond !== null) {
        spreading.addBucket(begin + 1, beyond);
      }
    }
  }
}

/** From when until when the points of each series speak. */
export async function extents(
  readers: Readers,
  { dictionary, tiers }: Memory,
  selection: Selection,
  metric: string,
  { from, to }: { from: Micros; to: Micros }
): Promise<Extent[]> {
  const rows = dictionary.select(selection, metric).sort(compareSeries);
  if (rows.length === 0 || from >= to) {
    return [];
  }
  const columns = await askTiers(
    readers,
    tiers,
    () => extentsSql(sourcesOf(tiers, { from, to, width: TIER_WIDTH['1h'], metrics: [metric] }), to),
    { series: listValue(rows.map(({ id }) => id)) },
    SPREAD_TYPES
  );
  const [ids, firsts, lasts, spans] = columns as [number[], number[], number[], Array<number | null>];
  const found = new Map(
    ids.map((id, row) => [
      id,
      { first: firsts[row] as number, last: lasts[row] as number, lastSpan: spans[row] ?? undefined },
    ])
  );
  return rows.flatMap(({ id, ...series }) => {
    const extent = found.get(id);
    return extent === undefined ? [] : [{ ...series, ...extent }];
  });
}
