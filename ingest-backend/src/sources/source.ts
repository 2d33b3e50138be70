/** Something that messages come from. */
export interface Source {
  readonly name: string;
  /** Begins to read. Resolves once reading is under way or goes on in the background; throws where it never can. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Why nothing can be read now, or undefined. */
  readonly problem: string | undefined;
  /** Told when positions of its partitions are stored. */
  stored?(positions: ReadonlyMap<string, number>): void;
  /** Age of the newest message that was read of each partition that holds more, 0 for the others. */
  lagSeconds?(): Iterable<readonly [partition: string, seconds: number]>;
}
