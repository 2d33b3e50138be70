import type { Admin, Batch } from 'kafkajs';
import type { AlertCenter } from '../../alerts/index.js';
import { eachRecord, GroupMember, type Held, type Reader, type Source } from '../../sources/index.js';
import { Share, type ShareSite } from './share.js';

/** The shares that this process has, of all processes with the role `monitor`: one for each partition of the archive topic. */
export class Shares implements Reader, Source {
  readonly name: string;
  readonly wholeBatches = true;
  readonly #member: GroupMember;
  readonly #shares = new Map<number, Share>();
  readonly #opening = new Map<number, Promise<Share>>();
  readonly #assigned = new Set<number>();
  readonly #waiting = new Set<number>();
  readonly #ending = new Set<Promise<void>>();
  #stopping = false;

  constructor(private readonly site: ShareSite) {
    const { client, topic, groupId } = site.topic;
    this.name = `monitors of ${topic}`;
    this.#member = new GroupMember(this.name, { client, topic, groupId: `${groupId}-monitor` }, this, site.log);
  }

  get problem(): string | undefined {
    return [this.#member.problem, ...[...this.#shares.values()].flatMap(({ problems }) => problems)].find(
      (problem) => problem !== undefined
    );
  }

  centers(): AlertCenter[] {
    return [...this.#shares.values()].map(({ alerts }) => alerts);
  }

  start(): Promise<void> {
    this.#member.start();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    // What the shares go on from is there before the group gives them to others.
    this.#stopping = true;
    this.#assigned.clear();
    const shares = [...this.#shares.values()];
    this.#shares.clear();
    await Promise.all(shares.map((share) => share.close()));
    await this.#member.stop();
    await Promise.all(this.#ending);
  }

  tick(now: number): void {
    this.#shares.forEach((share) => share.tick(now * 1000));
  }

  *lagSeconds(): Iterable<readonly [string, number]> {
    for (const share of this.#shares.values()) {
      yield* share.lagSeconds();
    }
  }

  async place(partitions: readonly number[], admin: Admin): Promise<(held: Held) => number> {
    partitions.forEach((partition) => this.#assigned.add(partition));
    await Promise.all(partitions.map((partition) => this.#open(partition, admin)));
    return ({ partition }) => {
      const share = this.#shares.get(partition);
      if (share === undefined) {
        throw new Error(`the share ${partition} was taken away`);
      }
      return share.next;
    };
  }

  read(batch: Batch, next: number): void {
    const share = this.#shares.get(batch.partition);
    if (share === undefined && this.#stopping) {
      return;
    }
    if (share === undefined) {
      throw new Error(`the share ${batch.partition} was taken away`);
    }
    const texts: string[] = [];
    eachRecord(batch, (_offset, _time, value) => value !== null && texts.push(value));
    share.read(texts, next);
    this.#tellLag(share, Number(batch.highWatermark) - next);
    this.#waitWhileCrowded(batch.partition, share);
  }

  wants(partition: number): boolean {
    return !this.#waiting.has(partition);
  }

  moved(partition: number, next: number, end: number): void {
    const share = this.#shares.get(partition);
    if (share !== undefined) {
      share.readTo(next);
      this.#tellLag(share, end - next);
    }
  }

  idle(partition: number, end: number, next: number): void {
    const share = this.#shares.get(partition);
    if (share !== undefined) {
      this.#tellLag(share, end - next);
    }
  }

  lost(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#assigned.delete(partition);
      this.#drop(partition);
    }
  }

  /** One that is there goes on: where another process had it in between, its next write fails, and it is opened anew. */
  async #open(partition: number, admin: Admin): Promise<void> {
    const before = this.#opening.get(partition);
    if (this.#shares.has(partition)) {
      return;
    }
    const opening = before ?? Share.open(partition, this.site, admin, (error) => this.#failed(partition, error));
    this.#opening.set(partition, opening);
    try {
      const share = await opening;
      if (before !== undefined) {
        return;
      }
      if (this.#assigned.has(partition) && share.usable) {
        this.#shares.set(partition, share);
      } else {
        // Given to another process, or shut out by one, while it was opened.
        this.#end(share.drop());
      }
    } finally {
      this.#opening.delete(partition);
    }
  }

  #failed(partition: number, error: Error): void {
    if (this.#shares.has(partition)) {
      const about = { source: this.name, partition, error: error.message };
      this.site.log.warn(about, 'a share of the monitors is opened anew from what was written last');
      this.#drop(partition);
      this.#member.placeAgain(partition);
    }
  }

  #drop(partition: number): void {
    const share = this.#shares.get(partition);
    this.#shares.delete(partition);
    if (share !== undefined) {
      this.#end(share.drop());
    }
  }

  #end(ended: Promise<void>): void {
    const ending = ended.catch((error: unknown) => this.site.log.warn({ err: error }, 'a share did not end well'));
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  #waitWhileCrowded(partition: number, share: Share): void {
    if (share.crowded && !this.#waiting.has(partition)) {
      this.#waiting.add(partition);
      this.#member.pace();
      void share.room().then(() => {
        this.#waiting.delete(partition);
        this.#member.pace();
      });
    }
  }

  #tellLag({ partition: { key } }: Share, lag: number): void {
    this.site.metrics.lag.set({ partition: key }, Math.max(0, lag));
  }
}
