import { findMetric, isMonitored } from '@pneumograph/contract';
import type { Point, ProfilePoint, Series } from '../archive/index.js';
import type { Conditions } from './conditions.js';
import type { Distribution, Finding, Measurement, Speech, Statement } from './monitor.js';

export interface VoiceOptions {
  readonly monitor: string;
  readonly conditions: Pick<Conditions, 'update' | 'happened'>;
  readonly emit: (item: Point | ProfilePoint) => void;
  readonly series: (series: Series) => Series;
}

/** What is wrong with what a monitor says. */
class Unsayable extends Error {}

const LONGEST_NAME = 200;

/** Turns what a monitor says into items of the archive stream, under its name. */
export class Voice implements Speech {
  /** How often it said whether something is wrong. */
  judgements = 0;

  constructor(private readonly options: VoiceOptions) {}

  /** @throws Error where the metric's name cannot be one of a monitor */
  measure({ metric, value, time, span = 0, origin, about }: Measurement): void {
    if (metric === '' || metric.length > LONGEST_NAME) {
      throw new Unsayable(`expected a metric's name of 1 to ${LONGEST_NAME} characters, found ${metric.length}`);
    }
    const known = findMetric(metric);
    if (known !== undefined && !isMonitored(known)) {
      throw new Unsayable(`expected a name that no sensor's metric has, found ${metric}`);
    }
    // What cannot be told, such as the share of nothing, is not told.
    if (Number.isFinite(value)) {
      const { partition, offset } = origin;
      this.options.emit({ kind: 'point', series: this.#seriesOf(metric, about), time, value, span, partition, offset });
    }
  }

  show({ time, origin: { partition, offset }, about, span, content }: Distribution): void {
    const series = this.#seriesOf('profile', about);
    this.options.emit({ kind: 'profile', series, time, span, content: JSON.stringify(content), partition, offset });
  }

  condition(holds: boolean, finding: Finding): void {
    this.judgements++;
    this.options.conditions.update(holds, finding);
  }

  event(finding: Finding): void {
    this.options.conditions.happened(finding);
  }

  #seriesOf(metric: string, { workflow, model, slot, engine = '', feature }: Statement['about']): Series {
    const { monitor } = this.options;
    return this.options.series({ workflow, model, slot, engine, metric, monitor, feature });
  }
}
