import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting } from '../../monitor.js';
import { fieldOf } from '../field.js';
import { fieldAt, type Field } from '../features.js';
import { followsErrors } from './detectors.js';
import { Follower, type FollowerState } from './follower.js';
import type { Change } from './history.js';
import type { Params } from './params.js';

const NAMES: Readonly<Record<Params['detector'], string>> = {
  adwin: 'ADWIN',
  'page-hinkley': 'Page–Hinkley',
  kswin: 'KSWIN',
  ddm: 'DDM',
  eddm: 'EDDM',
};

/** The fourth power of anything beyond is no number any more. */
const LARGEST = 1e75;

interface Followed extends Field {
  readonly follower: Follower;
  /** Reads what is followed; undefined where a record has none. */
  readonly read: (value: unknown) => number | undefined;
}

/** Tells that the values of a stream are not what they were, as soon as that can be told from chance. */
export class Drift implements Monitor {
  readonly #params: Params;
  readonly #followed: readonly Followed[];

  constructor(private readonly setting: Setting<Params>) {
    const { params } = setting;
    this.#params = params;
    const states = setting.state as readonly FollowerState[] | undefined;
    this.#followed = seriesOf(params).map((series, index) => ({
      ...series,
      follower: new Follower(params, states?.[index]),
    }));
  }

  take({ workflow, model, slot }: StreamAddress, record: StreamRecord): void {
    for (const { name, follower, read } of this.#followed) {
      const value = read(record.value);
      const change = value === undefined ? undefined : follower.add(value, record.time);
      if (change !== undefined) {
        this.#tell({ workflow, model, slot, feature: name }, record, change, follower.tuned);
      }
    }
  }

  snapshot(): readonly FollowerState[] {
    return this.#followed.map(({ follower }) => follower.state());
  }

  #tell(
    about: StreamAddress & { feature: string },
    { time, partition, offset, value: record }: StreamRecord,
    { before, beforeCount, after, afterCount, since }: Change,
    tuned: object
  ): void {
    const { speech } = this.setting;
    const { detector } = this.#params;
    const origin = { partition, offset };
    speech.measure({ time, origin, about, metric: 'drift.detected', value: 1 });
    const what = followsErrors(detector) ? `The rate of errors (${about.feature})` : about.feature;
    speech.event({
      key: JSON.stringify(['drift', about.feature]),
      time,
      origin,
      about,
      name: 'Drift',
      text:
        `${what} drifted: its mean was ${short(before)} over ${beforeCount} values and is ${short(after)} over the last ` +
        `${afterCount} (${NAMES[detector]}).`,
      value: after,
      evidence: { detector, parameters: tuned, before, beforeCount, after, afterCount, since },
      record,
    });
  }
}

function seriesOf({ field, fields, errors, detector }: Params): Array<Omit<Followed, 'follower'>> {
  if (errors !== undefined) {
    const [prediction, truth] = [fieldAt(errors.prediction), fieldAt(errors.truth)];
    const read = (record: unknown): number | undefined => {
      const [said, was] = [fieldOf(record, prediction.path), fieldOf(record, truth.path)];
      const known = said !== undefined && said !== null && was !== undefined && was !== null;
      return known ? Number(said !== was) : undefined;
    };
    return [{ ...prediction, read }];
  }
  const wanted = fields ?? [field ?? []];
  return wanted.map((path) => {
    const found = fieldAt(path);
    return { ...found, read: (record: unknown) => numberOf(fieldOf(record, found.path), followsErrors(detector)) };
  });
}

function numberOf(value: unknown, isError: boolean): number | undefined {
  if (typeof value === 'boolean') {
    return Number(value);
  }
  if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST)) {
    return undefined;
  }
  return isError ? Number(value !== 0) : value;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
