/** Who committed an offset for the group. Goes with the offset as its metadata. */
export interface Mark {
  /** The store in which everything below the offset is. */
  readonly store: string;
  /** The process that wrote to it. */
  readonly process: string;
}

/** What is known of a partition that shall be read. Offsets are those of the message to be read next. */
export interface Known {
  /** The range that the brokers hold. */
  readonly low: number;
  readonly high: number;
  readonly committed: { readonly offset: number; readonly metadata: string | null } | undefined;
  /** What the store says, read after the assignment. */
  readonly stored: number | undefined;
  /** Where this process stands, if the partition was its own before, and what had been committed when it began. */
  readonly held: { readonly next: number; readonly found: string } | undefined;
  /** Whether this process has not read the partition before, so that what its store remembered at the start holds. */
  readonly first: boolean;
  /** Where the store's own messages began: what came before, another store remembers. Undefined where none does. */
  readonly begin?: number | undefined;
}

export interface Placement {
  readonly offset: number;
  /**
   * Where reading begins so that the state at the offset is what it would be if this process had read all before: below
   * the offset where another process read last.
   */
  readonly from: number;
  /** Whether this process goes on where it stands, with what it holds in memory. */
  readonly kept: boolean;
  /** Records that retention took before anybody read them. */
  readonly lost: number;
  /** Whether the topic is another one than the position speaks of. */
  readonly anew: boolean;
}

const PREFIX = 'pneumograph';
/** Messages before a position from which state is built that another process had. */
export const REBUILD = 50_000;

export function writeMark({ store, process }: Mark): string {
  return [PREFIX, store, process].join(' ');
}

/** Undefined where something else committed: a tool, or a version that left no mark. */
export function readMark(metadata: string | null): Mark | undefined {
  const [prefix, store, process, ...more] = (metadata ?? '').split(' ');
  return prefix === PREFIX && store !== undefined && process !== undefined && more.length === 0
    ? { store, process }
    : undefined;
}

/** One text for an offset committed and who committed it: equal texts mean that nobody committed in between. */
export function fingerprint(committed: Known['committed']): string {
  return committed === undefined ? '' : `${committed.offset} ${committed.metadata ?? ''}`;
}

/**
 * Where reading begins. What the store of this process holds is told by its own position, which was written together
 * with the points; what other stores hold is told by what the group committed.
 */
export function place(own: Mark, known: Known): Placement {
  const { low, high, held, begin } = known;
  const kept = held !== undefined && !committedByOthers(own, known, held.found);
  const { position, remembered } = kept ? { position: held.next, remembered: true } : decide(own, known);
  if (position === undefined) {
    return { offset: low, from: low, kept, lost: 0, anew: false };
  }
  if (position > high) {
    return { offset: low, from: low, kept: false, lost: 0, anew: true };
  }
  const offset = Math.max(position, low);
  const rebuilt = Math.max(low, offset - REBUILD);
  const from = kept || (remembered && (begin ?? 0) <= rebuilt) ? offset : rebuilt;
  return { offset, from, kept, lost: Math.max(0, low - position), anew: false };
}

function committedByOthers(own: Mark, { committed }: Known, found: string): boolean {
  const mark = readMark(committed?.metadata ?? null);
  return mark !== undefined && mark.process !== own.process && fingerprint(committed) !== found;
}

/** The position, and whether what this process and its store remember holds there. */
function decide(
  own: Mark,
  { committed, stored, high, first }: Known
): { position: number | undefined; remembered: boolean } {
  const store = readMark(committed?.metadata ?? null)?.store;
  if (committed === undefined || store === undefined || store === own.store) {
    return { position: stored ?? committed?.offset, remembered: first };
  }
  // What both hold is read by neither again, unless the own position speaks of a topic that is no more.
  return stored === undefined || stored > high || stored < committed.offset
    ? { position: committed.offset, remembered: false }
    : { position: stored, remembered: first };
}
