/** A slot of a model in a workflow; the model `feed` stands for the source of the data. */
export interface Port {
  readonly model: string;
  readonly slot: number;
}

export interface Link {
  readonly from: Port;
  readonly to: Port;
}

/** A port as workflow files write it: `model:slot`. */
export function portName({ model, slot }: Port): string {
  return `${model}:${slot}`;
}

/**
 * The writing end of a stream. Each reading model gets every record once; where a model runs on several engines they
 * share the records, and each engine gets its own in the order of sending.
 */
export interface Outlet {
  /**
   * Resolves once there is room for more: awaiting it is what keeps a fast writer from running away from a slow
   * reader. To be called again only then.
   */
  send(lines: readonly string[]): Promise<void>;
  /** Waits for what is under way, up to a bound, and ends the stream. */
  close(): Promise<void>;
}

/** Takes in records at an input slot; resolves once they are dealt with, rejects where they have not been. */
export type Deliver = (slot: number, lines: readonly string[]) => Promise<void>;

/** The reading end of an engine's streams. */
export interface Inlet {
  /** Takes nothing new from now on. */
  close(): Promise<void>;
}

/** How records get from engine to engine. Delivery is at least once: a reader that breaks off may get records again. */
export interface Transport {
  outlet(from: Port): Outlet;
  /** Reads all streams that end at the model; resolves once records may be sent to it. */
  inlet(model: string, deliver: Deliver): Promise<Inlet>;
  close(): Promise<void>;
}
