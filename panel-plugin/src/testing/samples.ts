import { readFileSync } from 'fs';
import { join } from 'path';
import { dataFrameFromJSON, type DataFrame, type DataFrameJSON } from '@grafana/data';

/** The frames of a sample of the contract, as Grafana hands them to panels. */
export function sampleFrames(name: string): DataFrame[] {
  const file = join(__dirname, `../../../contract/samples/frames/${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as DataFrameJSON[]).map((frame) => dataFrameFromJSON(frame));
}
