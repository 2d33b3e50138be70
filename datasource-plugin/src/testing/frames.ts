import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFrameFromJSON, FieldType, type DataFrame, type DataFrameJSON } from '@grafana/data';

/** The bytes that the ingest backend and the plugin's backend are tested against too. */
export function sampleFrames(name: string): DataFrame[] {
  const path = join(__dirname, '../../../contract/samples/frames', `${name}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as DataFrameJSON[]).map((frame) => dataFrameFromJSON(frame));
}

/** A point of a series: epoch milliseconds and value. */
export type Sample = [time: number, value: number | null];

/** A series as the ingest backend sends it; with the interval null its values hold until the next. */
export function series(model: string, samples: Sample[], interval: number | null = 1): DataFrameJSON {
  return {
    schema: {
      refId: 'X',
      name: model,
      meta: { type: 'timeseries-multi', typeVersion: [0, 1] } as never,
      fields: [
        { name: 'Time', type: FieldType.time, config: interval === null ? {} : { interval } },
        { name: 'rps', type: FieldType.number, labels: { model }, config: { unit: 'recps' } },
      ],
    },
    data: { values: [samples.map(([time]) => time), samples.map(([, value]) => value)] },
  };
}

/** What the ingest backend answers where there is no series. */
export const NOTHING: DataFrameJSON = {
  schema: {
    name: 'rps',
    fields: [
      { name: 'Time', type: FieldType.time, config: { interval: 1 } },
      { name: 'rps', type: FieldType.number, config: {} },
    ],
  },
  data: { values: [[], []] },
};

/** The samples of each frame, by its name. */
export function samplesOf(frames: readonly DataFrame[]): Array<[name: string | undefined, samples: Sample[]]> {
  return frames.map(({ name, fields: [time, value] }) => [
    name,
    (time?.values ?? []).map((at: number, row: number): Sample => [at, value?.values[row]]),
  ]);
}
