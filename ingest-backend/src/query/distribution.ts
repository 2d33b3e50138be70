import { formatTimestamp, profileContent, type Micros, type ProfileContent } from '@pneumograph/contract';

/** What a monitor saw of a feature over a span of time. */
export interface Window {
  /** When the span ends. */
  readonly time: Micros;
  /** Seconds. */
  readonly span: number;
  readonly content: ProfileContent;
}

/** What the windows of a feature say in bins that all of them share. */
export interface Distribution {
  readonly content: ProfileContent;
  /** Names of the bins, in their order. */
  readonly bins: readonly string[];
  /** By time; a count for each bin. */
  readonly windows: ReadonlyArray<{ readonly time: Micros; readonly span: number; readonly counts: readonly number[] }>;
  /** Counts of the reference in each bin; undefined where there is none. */
  readonly reference: readonly number[] | undefined;
  readonly missing: number;
  readonly total: number;
  /** Windows that could not be brought to the bins of the newest, and the end of the last of them. */
  readonly others: { readonly count: number; readonly until: Micros };
}

/** The name of the bin of values that no category names. */
const OTHER = 'other values';

/** @throws Error that says what was expected and what was found */
export function readContent(text: string): ProfileContent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`expected JSON, found ${(error as Error).message}`, { cause: error });
  }
  const parsed = profileContent.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    const problem = issue?.message.replace(/^Invalid input: /, '').replace(', received ', ', found ') ?? '';
    throw new Error(place === '' ? problem : `${place}: ${problem}`);
  }
  return parsed.data;
}

/**
 * Brings windows to the bins of the newest of them. Windows of numbers have the same edges, or are left out; categories
 * are joined, those of the newest first.
 * @param windows at least one, by time
 */
export function joinWindows(windows: readonly [Window, ...Window[]]): Distribution {
  const newest = windows.at(-1) as Window;
  const key = binsKey(newest.content);
  const alike = windows.filter(({ content }) => binsKey(content) === key);
  const others = windows.filter(({ content }) => binsKey(content) !== key);
  const bins =
    newest.content.edges === undefined
      ? [...new Set([...alike].reverse().flatMap(({ content }) => binsOf(content)))].sort(otherLast)
      : binsOf(newest.content);
  const inOrder = (content: ProfileContent, counts: readonly number[]): number[] => {
    if (content.edges !== undefined) {
      return [...counts];
    }
    const byName = new Map<string, number>();
    binsOf(content).forEach((name, index) => byName.set(name, (byName.get(name) ?? 0) + (counts[index] ?? 0)));
    return bins.map((name) => byName.get(name) ?? 0);
  };
  const referring = alike.findLast(({ content }) => content.reference !== undefined)?.content;
  return {
    content: newest.content,
    bins,
    windows: alike.map(({ time, span, content }) => ({ time, span, counts: inOrder(content, content.counts) })),
    reference: referring?.reference === undefined ? undefined : inOrder(referring, referring.reference),
    missing: sum(alike.map(({ content }) => content.missing)),
    total: sum(alike.map(({ content }) => content.total ?? sum(content.counts) + content.missing)),
    others: { count: others.length, until: others.at(-1)?.time ?? -Infinity },
  };
}

/** What a person has to know of windows that were left out. */
export function describeOthers(name: string, { others: { count, until } }: Distribution): string[] {
  if (count === 0) {
    return [];
  }
  const windows = count === 1 ? 'One window' : `${count} windows`;
  return [`${windows} of ${name} until ${formatTimestamp(until)} had other bins than the newest: left out.`];
}

/** Joins windows bucket by bucket; a window is in the bucket that its end lies in, or closes. */
export function intoBuckets(
  windows: Distribution['windows'],
  width: Micros
): Array<{ readonly end: Micros; readonly counts: readonly number[] }> {
  const buckets = new Map<Micros, Array<readonly number[]>>();
  for (const { time, counts } of windows) {
    const end = Math.ceil(time / width) * width;
    const bucket = buckets.get(end) ?? [];
    bucket.push(counts);
    buckets.set(end, bucket);
  }
  return [...buckets].sort(([a], [b]) => a - b).map(([end, all]) => ({ end, counts: addUp(all) }));
}

/** Bin by bin. */
export function addUp([first = [], ...rest]: ReadonlyArray<readonly number[]>): number[] {
  const total = [...first];
  for (const counts of rest) {
    counts.forEach((count, bin) => (total[bin] = (total[bin] ?? 0) + count));
  }
  return total;
}

/** Shares of the whole; null where there is nothing to share. */
export function sharesOf(counts: readonly number[]): Array<number | null> {
  const whole = sum(counts);
  return counts.map((count) => (whole === 0 ? null : count / whole));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What two windows have to have alike to be joined. */
function binsKey({ type, edges }: ProfileContent): string {
  return JSON.stringify([type, edges ?? null]);
}

function binsOf({ edges, categories = [], counts }: ProfileContent): string[] {
  return edges === undefined ? [...categories, OTHER].slice(0, counts.length) : rangesOf(edges);
}

function otherLast(a: string, b: string): number {
  return Number(a === OTHER) - Number(b === OTHER);
}

/** Names of the bins between edges, with as many digits as tell the edges apart. */
export function rangesOf(edges: ReadonlyArray<number | null>): string[] {
  const distinct = new Set(edges.filter((edge) => edge !== null));
  let digits = FEWEST_DIGITS;
  const text = (edge: number): string => String(Number(edge.toPrecision(digits)));
  while (digits < MOST_DIGITS && new Set([...distinct].map(text)).size < distinct.size) {
    digits++;
  }
  return edges.slice(1).map((to, index) => {
    const from = edges[index] ?? null;
    if (from === null) {
      return to === null ? 'all values' : `< ${text(to)}`;
    }
    return to === null ? `≥ ${text(from)}` : `${text(from)} – ${text(to)}`;
  });
}

const FEWEST_DIGITS = 4;
/** As many as tell any two numbers apart. */
const MOST_DIGITS = 17;
