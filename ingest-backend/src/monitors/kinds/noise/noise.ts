import type { Micros } from '@pneumograph/contract';
import {
  ExponentialSmoother,
  MedianSmoother,
  NeighbourSmoother,
  NoiseProfile,
  SavitzkyGolaySmoother,
  type NoiseProfileJson,
  type Smoother,
} from '../../../statistics/index.js';
import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Offence, Setting } from '../../monitor.js';
import { Windows, type Window, type WindowsState } from '../../windows.js';
import { Worst, type WorstJson } from '../../worst.js';
import { fieldOf } from '../field.js';
import { fieldAt, FeatureFinder, type Field, type FinderState } from '../features.js';
import type { Params } from './params.js';

/** Records that tell which fields hold numbers, where nobody says it. */
const FINDING = 100;

/** One field that is followed. */
interface Watched extends Field {
  readonly smoother: Smoother;
  /** The values whose residuals the smoother has not told yet. */
  readonly recent: Offence[];
  /** The noise of the first windows. */
  readonly reference: NoiseProfile;
  windows: number;
}

/** What a window has of one field. */
interface Content {
  readonly profile: NoiseProfile;
  /** The values that are furthest from what is smooth. */
  readonly worst: Worst;
}

interface ContentJson {
  readonly profile: NoiseProfileJson;
  readonly worst: WorstJson;
}

interface WatchedJson extends Field {
  readonly smoother: readonly number[];
  readonly recent: readonly Offence[];
  readonly reference: NoiseProfileJson;
  readonly windows: number;
}

interface State {
  readonly windows: WindowsState;
  readonly finder: FinderState | undefined;
  readonly watched: readonly WatchedJson[];
}

/** Tells how noisy the numbers of a stream are, window by window. */
export class Noise implements Monitor {
  readonly #params: Params;
  readonly #stream: StreamAddress;
  readonly #windows: Windows<Content[]>;
  #finder: FeatureFinder | undefined;
  readonly #watched: Watched[];

  constructor(private readonly setting: Setting<Params>) {
    const { params, attached } = setting;
    const state = setting.state as State | undefined;
    this.#params = params;
    this.#stream = attached[0] as StreamAddress;
    this.#watched =
      state?.watched.map((json) => this.#restore(json)) ??
      params.fields?.map((field) => this.#watch(fieldAt(field))) ??
      [];
    const finding = state === undefined ? params.fields === undefined : state.finder !== undefined;
    this.#finder = finding ? new FeatureFinder(FINDING, state?.finder) : undefined;
    this.#windows = new Windows(
      params.window * 1000,
      () => this.#watched.map(begin),
      (window) => this.#tell(window)
    );
    this.#windows.restore(state?.windows, (content) =>
      (content as ContentJson[]).map(({ profile, worst }) => ({
        profile: NoiseProfile.from(profile),
        worst: new Worst(worst),
      }))
    );
  }

  take(_stream: StreamAddress, record: StreamRecord): void {
    const contents = this.#windows.at(record.time, record);
    for (const [index, { path, smoother, recent }] of this.#watched.entries()) {
      const value = fieldOf(record.value, path);
      if (typeof value === 'number' && value - value === 0) {
        const residual = smoother.update(value);
        contents[index]?.profile.add(value, residual);
        recent.push(offenceOf(record, value));
        const [told] = recent;
        if (told !== undefined && recent.length > smoother.delay) {
          recent.shift();
          contents[index]?.worst.add(Math.abs(residual), () => told);
        }
      }
    }
    if (this.#finder !== undefined) {
      this.#finder.add(record.value);
      if (this.#finder.complete) {
        const found = this.#finder.features().filter(({ type }) => type === 'number');
        this.#watched.push(...found.map(({ name, path }) => this.#watch({ name, path })));
        contents.push(...this.#watched.map(begin));
        this.#finder = undefined;
      }
    }
  }

  reached(_stream: StreamAddress, time: Micros): void {
    this.#windows.reached(time);
  }

  snapshot(): State {
    return {
      windows: this.#windows.snapshot((contents) =>
        contents.map(({ profile, worst }) => ({ profile: profile.toJSON(), worst: worst.toJSON() }))
      ),
      finder: this.#finder?.snapshot(),
      watched: this.#watched.map(({ name, path, smoother, recent, reference, windows }) => ({
        name,
        path,
        smoother: smoother.state(),
        recent,
        reference: reference.toJSON(),
        windows,
      })),
    };
  }

  #watch(field: Field): Watched {
    const smoother = smootherOf(this.#params.smoother);
    return { ...field, smoother, recent: [], reference: new NoiseProfile(smoother), windows: 0 };
  }

  #restore({ name, path, smoother: state, recent, reference, windows }: WatchedJson): Watched {
    const smoother = smootherOf(this.#params.smoother);
    smoother.restore(state);
    return { name, path, smoother, recent: [...recent], reference: NoiseProfile.from(reference), windows };
  }

  #tell(window: Window<Content[]>): void {
    this.#watched.forEach((watched, index) => {
      const content = window.content[index];
      if (content !== undefined && content.profile.residuals.count >= this.#params.minimum) {
        this.#tellField(window, watched, content);
      }
    });
  }

  #tellField({ start, end, span, origin }: Window<unknown>, watched: Watched, { profile, worst }: Content): void {
    const { speech } = this.setting;
    const about = { ...this.#stream, feature: watched.name };
    const spread = profile.robustDeviation;
    const snr = profile.robustSignalToNoise;
    speech.measure({ time: start, span, origin, about, metric: 'noise.spread', value: spread });
    speech.measure({ time: start, span, origin, about, metric: 'noise.snr', value: snr });
    const { snr: least, spread: most, times } = this.#params.bounds;
    const learning = watched.windows < this.#params.reference;
    const usual = watched.reference.robustDeviation;
    const wrong: string[] = [];
    if (least !== undefined && snr < least) {
      wrong.push(`its signal-to-noise ratio is ${short(snr)} dB, below ${least} dB`);
    }
    if (most !== undefined && spread > most) {
      wrong.push(`it scatters by ${short(spread)}, above ${most}`);
    }
    if (!learning && usual > 0 && spread > times * usual) {
      wrong.push(`it scatters by ${short(spread)}, more than ${times} times the usual ${short(usual)}`);
    }
    const state = wrong.length > 0 ? wrong.join(', and ') : `it scatters by ${short(spread)}`;
    speech.condition(wrong.length > 0, {
      key: JSON.stringify(['noise', watched.name]),
      time: end,
      origin,
      about,
      name: 'Noisy values',
      text: `${watched.name} is noisy: ${state}.`,
      value: spread,
      offences: worst.offences,
      evidence: {
        spread,
        snr: finite(snr),
        usual: finite(usual),
        values: profile.values.count,
        bounds: this.#params.bounds,
      },
    });
    if (learning) {
      watched.reference.merge(profile);
      watched.windows++;
    }
  }
}

function begin({ smoother }: Watched): Content {
  return { profile: new NoiseProfile(smoother), worst: new Worst() };
}

function offenceOf({ time, partition, offset }: StreamRecord, value: number): Offence {
  return { time, partition: partition.key, offset, value };
}

function smootherOf(params: Params['smoother']): Smoother {
  switch (params.by) {
    case 'neighbours':
      return new NeighbourSmoother(params.distance);
    case 'exponential':
      return new ExponentialSmoother(params.alpha);
    case 'median':
      return new MedianSmoother(params.size);
    case 'savitzky-golay':
      return new SavitzkyGolaySmoother(params.size, params.order);
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
