import type { Micros } from '@pneumograph/contract';
import { QuantileSketch, type QuantileSketchJson } from '../../../statistics/index.js';
import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting } from '../../monitor.js';
import { Worst, type WorstJson } from '../../worst.js';
import { findStream, isStream, keyReader } from '../key.js';
import { Reached } from '../reached.js';
import { Waiting } from '../waiting.js';
import { QUANTILES, type Params } from './params.js';

interface Input {
  readonly time: Micros;
}

/** An output record. */
interface Output {
  readonly key: string;
  readonly time: Micros;
  readonly partition: string;
  readonly offset: number;
}

interface State {
  readonly reached: ReadonlyArray<Micros | null>;
  readonly inputs: ReadonlyArray<readonly [key: string, input: Input]>;
  readonly outputs: readonly Output[];
  readonly open:
    (Output & { readonly start: Micros; readonly sketch: QuantileSketchJson; readonly worst: WorstJson }) | undefined;
}

/** The window that is open. */
interface Open {
  readonly start: Micros;
  readonly first: Output;
  readonly sketch: QuantileSketch;
  /** The outputs that took longest. */
  readonly worst: Worst;
}

/**
 * Tells how long records take through a model: from a record's log time in the input stream to that of the output record with the same key.
 * Outputs are looked at in the order of log time, once the input stream has been read as far.
 */
export class Latency implements Monitor {
  readonly #params: Params;
  readonly #streams: readonly [input: StreamAddress, output: StreamAddress];
  readonly #reached: Reached;
  /** Input records that no output has come of yet. */
  readonly #inputs: Waiting<Input>;
  /** Outputs that wait until the input stream has been read as far. */
  #outputs: Output[];
  #open: Open | undefined;
  readonly #keys: readonly [(record: StreamRecord) => string | undefined, (record: StreamRecord) => string | undefined];

  /** @throws Error where one of the streams is not read */
  constructor(private readonly setting: Setting<Params>) {
    const { params, attached } = setting;
    const state = setting.state as State | undefined;
    this.#params = params;
    this.#streams = [findStream('input', params.input, attached), findStream('output', params.output, attached)];
    this.#keys = [keyReader(params.input.key), keyReader(params.output.key)];
    this.#reached = new Reached(this.#streams, state?.reached);
    this.#inputs = new Waiting(state?.inputs);
    this.#outputs = [...(state?.outputs ?? [])];
    const open = state?.open;
    this.#open = open && {
      start: open.start,
      first: open,
      sketch: QuantileSketch.from(open.sketch),
      worst: new Worst(open.worst),
    };
  }

  take(stream: StreamAddress, record: StreamRecord): void {
    const [input, output] = this.#streams;
    const { time, partition, offset } = record;
    if (isStream(stream, input)) {
      const key = this.#keys[0](record);
      if (key !== undefined) {
        this.#inputs.add(key, { time });
      }
      this.reached(stream, time);
    } else if (isStream(stream, output)) {
      this.reached(stream, time);
      const key = this.#keys[1](record);
      if (key !== undefined && this.#outputs.length < this.#params.most) {
        this.#outputs.push({ key, time, partition: partition.key, offset });
      }
    }
  }

  reached(stream: StreamAddress, time: Micros): void {
    this.#reached.set(stream, time);
    this.#match();
    this.#forget();
    if (this.#open !== undefined && this.#reached.all >= this.#open.start + this.#params.window * 1000) {
      this.#close(this.#open);
    }
  }

  snapshot(): State {
    return {
      reached: this.#reached.toJSON(),
      inputs: this.#inputs.toJSON(),
      outputs: this.#outputs,
      open: this.#open && {
        start: this.#open.start,
        ...this.#open.first,
        sketch: this.#open.sketch.toJSON(),
        worst: this.#open.worst.toJSON(),
      },
    };
  }

  /** Outputs of a time that the input stream was read beyond have their input, if there is one. */
  #match(): void {
    const upTo = this.#reached.of(0);
    let done = 0;
    for (const output of this.#outputs) {
      if (output.time >= upTo) {
        break;
      }
      done++;
      const since = this.#takeInput(output);
      if (since !== undefined && output.time - since <= this.#params.horizon * 1000) {
        const { time, partition, offset, key } = output;
        const seconds = (time - since) / 1e6;
        const { sketch, worst } = this.#windowAt(output);
        sketch.add(seconds);
        worst.add(seconds, () => ({ time, partition, offset, value: seconds, record: { key } }));
      }
    }
    if (done > 0) {
      this.#outputs = this.#outputs.slice(done);
    }
  }

  /** The newest input of the key up to the output's time; those before it have no output any more. */
  #takeInput({ key, time }: Output): Micros | undefined {
    let found: Micros | undefined;
    for (
      let first = this.#inputs.first(key);
      first !== undefined && first.time <= time;
      first = this.#inputs.first(key)
    ) {
      found = first.time;
      this.#inputs.shift(key);
    }
    return found;
  }

  /** Inputs that no output can come of any more. */
  #forget(): void {
    this.#inputs.before(this.#reached.all - this.#params.horizon * 1000);
    this.#inputs.beyond(this.#params.most);
  }

  #windowAt(output: Output): Open {
    const length = this.#params.window * 1000;
    const start = Math.floor(output.time / length) * length;
    if (this.#open !== undefined && this.#open.start < start) {
      this.#close(this.#open);
    }
    this.#open ??= { start, first: output, sketch: new QuantileSketch(), worst: new Worst() };
    return this.#open;
  }

  #close({ start, first, sketch, worst }: Open): void {
    this.#open = undefined;
    const { minimum, window, bounds } = this.#params;
    if (sketch.count < minimum) {
      return;
    }
    const { speech } = this.setting;
    const about = this.#streams[1];
    const origin = { partition: { key: first.partition }, offset: first.offset };
    for (const [name, share] of QUANTILES) {
      const value = sketch.quantile(share);
      speech.measure({ time: start, span: window / 1000, origin, about, metric: `record.latency.${name}`, value });
      const bound = bounds[name];
      if (bound !== undefined) {
        const percent = Math.round(share * 100);
        speech.condition(value > bound / 1000, {
          key: name,
          time: start + window * 1000,
          origin,
          about,
          name: 'Records take too long',
          text: `${percent} % of ${sketch.count} records took up to ${short(value)} s, at most ${bound / 1000} s are borne.`,
          value,
          offences: worst.offences.filter(({ value: seconds }) => Number(seconds) > bound / 1000),
          evidence: { quantile: share, seconds: value, bound: bound / 1000, records: sketch.count },
        });
      }
    }
  }
}

function short(seconds: number): string {
  return String(Number(seconds.toPrecision(3)));
}
