import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFrameFromJSON, type DataFrame, type DataFrameJSON } from '@grafana/data';

/** The bytes that the ingest backend and the plugin's backend are tested against too. */
export function sampleFrames(name: string): DataFrame[] {
  const path = join(__dirname, '../../../contract/samples/frames', `${name}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as DataFrameJSON[]).map((frame) => dataFrameFromJSON(frame));
}
