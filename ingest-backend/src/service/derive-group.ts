import type { Point } from '../archive/index.js';
import type { Counting } from '../derive/index.js';
import { fingerprint, place, writeMark, type Known, type Mark } from '../sources/index.js';
import { Run, type Message } from './derive-run.js';
import { PlainStore } from './plain-store.js';

interface Member {
  readonly store: PlainStore;
  run: Run;
  mark: Mark;
  /** For each partition that is read, what had been committed when that began. */
  readonly found: Map<number, string>;
  /** Partitions that the process ever read. */
  readonly known: Set<number>;
  lives: number;
}

export type Happening =
  { read: number; count: number } | { idle: number } | { commit: number } | { move: number } | { crash: number };

/** Two backends, each on a store of its own, that share the partitions of a topic as a consumer group does. */
export class Group {
  readonly #members: Member[] = [];
  readonly #owners: number[];
  readonly #committed: Array<Known['committed']> = [];

  private constructor(
    private readonly logs: ReadonlyArray<readonly Message[]>,
    private readonly counting: Counting
  ) {
    this.#owners = logs.map((_, number) => number % 2);
  }

  static async start(logs: ReadonlyArray<readonly Message[]>, counting: Counting): Promise<Group> {
    const group = new Group(logs, counting);
    for (const name of ['a', 'b']) {
      const store = new PlainStore();
      const run = await Run.start(store, logs, counting);
      const mark = { store: name, process: `${name}0` };
      group.#members.push({ store, run, mark, found: new Map(), known: new Set(), lives: 0 });
    }
    for (const number of logs.keys()) {
      await group.#place(number);
    }
    return group;
  }

  async take(what: Happening): Promise<void> {
    if ('read' in what) {
      this.#ownerOf(what.read).run.read(what.read, what.count);
    } else if ('idle' in what) {
      this.#ownerOf(what.idle).run.idle(what.idle);
    } else if ('commit' in what) {
      await this.#commit(what.commit);
    } else if ('move' in what) {
      const owner = this.#owners[what.move] as number;
      this.#members[owner]?.run.leave(what.move);
      this.#members[owner]?.found.delete(what.move);
      this.#owners[what.move] = 1 - owner;
      await this.#place(what.move);
    } else {
      await this.#crash(what.crash);
    }
  }

  /** Reads all that is left. @returns the points of all stores together, each once */
  async finish(): Promise<Point[]> {
    const points = new Map<string, Point>();
    for (const { run, store } of this.#members) {
      await run.finish();
      for (const point of store.points) {
        const { series, partition, offset, time, value, span } = point;
        const { engine, slot, metric } = series;
        points.set(JSON.stringify([engine, slot, metric, partition.key, offset, time, value, span]), point);
      }
    }
    return [...points.values()];
  }

  async #commit(index: number): Promise<void> {
    const { run, mark, found } = this.#members[index] as Member;
    for (const [number, offset] of await run.commit()) {
      if (found.has(number)) {
        this.#committed[number] = { offset, metadata: writeMark(mark) };
      }
    }
  }

  async #crash(index: number): Promise<void> {
    const member = this.#members[index] as Member;
    member.run = await Run.start(member.store, this.logs, this.counting);
    member.mark = { ...member.mark, process: `${member.mark.store}${++member.lives}` };
    member.found.clear();
    member.known.clear();
    for (const [number, owner] of this.#owners.entries()) {
      if (owner === index) {
        await this.#place(number);
      }
    }
  }

  async #place(number: number): Promise<void> {
    const { store, run, mark, found, known } = this.#ownerOf(number);
    const committed = this.#committed[number];
    const stored = (await store.positions()).get(`kafka/notify/${number}`);
    const range = { low: 0, high: this.logs[number]?.length ?? 0 };
    const placement = place(mark, {
      ...range,
      committed,
      stored,
      held: undefined,
      first: !known.has(number),
      begin: run.begin(number),
    });
    run.take(number, placement.offset, placement.from);
    found.set(number, fingerprint(committed));
    known.add(number);
  }

  #ownerOf(number: number): Member {
    return this.#members[this.#owners[number] as number] as Member;
  }
}
