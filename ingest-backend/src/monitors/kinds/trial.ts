import { pino } from 'pino';
import { expect } from 'vitest';
import type { AlertChange, Partition, Point, ProfilePoint } from '../../archive/index.js';
import type { StreamAddress } from '../../streams/index.js';
import { parseDefinition } from '../definition.js';
import { MonitorHost } from '../host.js';
import type { Offence } from '../monitor.js';

export type Said = Point | AlertChange | ProfilePoint;

/** Something that happens to a monitor; times are seconds since `START`. */
export type Happening =
  | (Place & { readonly value: unknown; readonly key?: string })
  | (Place & { readonly bad: string })
  | (Place & { readonly reached: true });

interface Place {
  readonly at: number;
  readonly slot?: number;
  readonly model?: string;
  /** In its partition; ascending in the order of the happenings, if left out. */
  readonly offset?: number;
}

export const INPUT: StreamAddress = { workflow: 'prices', model: 'lstm', slot: 0 };
export const OUTPUT: StreamAddress = { workflow: 'prices', model: 'lstm', slot: 1 };
export const TRUTH: StreamAddress = { workflow: 'prices', model: 'truth', slot: 1 };
const STREAMS = [INPUT, OUTPUT, TRUTH];
/** A multiple of five hours. */
export const START = 1_520_280_000_000_000;

/** What an alert was told with, as JSON. */
export function evidenceOf(alert: AlertChange | undefined): Evidence {
  return JSON.parse(alert?.evidence ?? '{}') as Evidence;
}

type Evidence = Readonly<Record<string, unknown>> & {
  readonly offences: ReadonlyArray<Offence & { readonly time: string }>;
};

/** One monitor that is tried out: what happens to it, and what it says of that. */
export class Trial {
  readonly said: Said[] = [];
  #host: MonitorHost;
  #now = 0;
  #offset = 0;
  readonly #partitions = new Map<string, Partition>();

  /** @param definition kind, parameters and so on; name and attachments of any stream are put before it */
  constructor(
    private readonly definition: string,
    private readonly folder = '.'
  ) {
    this.#host = this.#start(new Map());
  }

  run(happenings: Iterable<Happening>): this {
    for (const happening of happenings) {
      this.#happen(happening);
    }
    return this;
  }

  /** Values of one stream, one a second. */
  values(values: readonly unknown[], from = 0, slot = 0): this {
    return this.run(values.map((value, index) => ({ at: from + index, value, slot })));
  }

  reached(at: number, slot = 0): this {
    return this.run([{ at, reached: true, slot }]);
  }

  /** What a crash and a start from the notes do. */
  restart(): this {
    this.#host.oldestNeeded();
    const notes = new Map(JSON.parse(JSON.stringify([...this.#host.takeNotes()])) as Array<[string, string]>);
    this.#host = this.#start(notes);
    return this;
  }

  /** A start from what the batch that holds the last statements left, with no snapshot due. */
  crash(): this {
    this.#host = this.#start(this.#host.takeNotes());
    return this;
  }

  /** Says what time it is by the wall clock. */
  tick(at: number): this {
    this.#host.tick(START + at * 1e6);
    return this;
  }

  get error(): string | undefined {
    return this.#host.list()[0]?.error;
  }

  alerts(): AlertChange[] {
    return this.said.filter((item): item is AlertChange => item.kind === 'alert');
  }

  /** Alerts as lines: state, second, text. */
  texts(): string[] {
    return this.alerts().map(({ state, time, text }) => `${state} ${(time - START) / 1e6}: ${text}`);
  }

  /** Points of a metric as pairs: second, value. */
  points(metric: string, feature?: string): Array<[at: number, value: number]> {
    return this.said.flatMap((item) =>
      item.kind === 'point' && item.series.metric === metric && item.series.feature === feature
        ? [[(item.time - START) / 1e6, item.value] as [number, number]]
        : []
    );
  }

  profiles(feature: string): Array<{ at: number; content: unknown }> {
    return this.said.flatMap((item) =>
      item.kind === 'profile' && item.series.feature === feature
        ? [{ at: (item.time - START) / 1e6, content: JSON.parse(item.content) as unknown }]
        : []
    );
  }

  #start(notes: ReadonlyMap<string, string>): MonitorHost {
    const text = `name: m\nattach: [{ workflow: prices }]\n${this.definition}`;
    return new MonitorHost({
      definitions: [parseDefinition(text, `${this.folder}/m.yaml`)],
      streams: STREAMS,
      notes,
      emit: (item) => this.said.push(item),
      log: pino({ level: 'silent' }),
      clock: () => (this.#now += 6000),
    });
  }

  #happen(happening: Happening): void {
    const { at, slot = 0, model, offset = this.#offset } = happening;
    const stream = STREAMS.find((one) => one.slot === slot && (model === undefined || one.model === model)) ?? INPUT;
    const time = START + Math.round(at * 1e6);
    const key = `stream/${stream.model}/${stream.slot}`;
    const partition = this.#partitions.get(key) ?? { key };
    this.#partitions.set(key, partition);
    if ('reached' in happening) {
      this.#host.reached(stream, time);
      return;
    }
    this.#offset++;
    const place = { partition, offset, time };
    if ('bad' in happening) {
      this.#host.bad(stream, { ...place, reason: 'json', detail: happening.bad });
    } else {
      this.#host.take(stream, [{ ...place, value: happening.value, key: happening.key }]);
    }
  }
}

/** @throws AssertionError unless a monitor that is started again in between says the same as one that is not */
export function expectSameAfterRestart(definition: string, happenings: readonly Happening[], at: number): void {
  const whole = new Trial(definition).run(happenings);
  const pieces = new Trial(definition).run(happenings.slice(0, at)).restart().run(happenings.slice(at));
  expect(pieces.error).toBe(whole.error);
  expect(pieces.said).toEqual(whole.said);
}
