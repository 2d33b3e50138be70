import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';

const GRAPH = fileURLToPath(new URL('../../training/return-lstm.onnx', import.meta.url));

/** What the network expects of the next day. */
export interface Forecast {
  /** Of the logarithmic change of the closing price. */
  readonly mean: number;
  readonly deviation: number;
  /** Logarithm of the high over the low. */
  readonly range: number;
}

/** The trained LSTM; training/train.py makes its graph and says what goes in and comes out. */
export class ReturnNetwork {
  private constructor(private readonly session: InferenceSession) {}

  /** @throws Error where the graph is not there or cannot be read */
  static async load(): Promise<ReturnNetwork> {
    // So small a network gains nothing from threads, and the machine has other things to do.
    env.wasm.numThreads = 1;
    const session = await InferenceSession.create(await readFile(GRAPH), { executionProviders: ['wasm'] });
    return new ReturnNetwork(session);
  }

  /** @param days change and range of each day, oldest first: one or more, at best as many as it was trained with */
  async forecast(days: ReadonlyArray<readonly [change: number, range: number]>): Promise<Forecast> {
    const feeds = { days: new Tensor('float32', Float32Array.from(days.flat()), [1, days.length, 2]) };
    const { forecast } = await this.session.run(feeds);
    const [mean, deviation, range] = forecast?.data as Float32Array;
    return { mean: mean as number, deviation: deviation as number, range: range as number };
  }
}
