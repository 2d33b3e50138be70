import { LIST, UINTEGER, listValue, type DuckDBConnection } from '@duckdb/node-api';
import { wellFormed } from '../names.js';
import type { Deleted } from '../store.js';
import type { Dictionary } from './dictionary.js';
import { ROLLUP_TIERS } from '../tiers/index.js';
import { tableOf } from './tiers/index.js';

/** Deletes what is kept of a model, within a transaction. */
export async function deleteModel(
  writer: DuckDBConnection,
  dictionary: Dictionary,
  workflow: string,
  model: string
): Promise<Deleted> {
  const names = { workflow: wellFormed(workflow), model: wellFormed(model) };
  const own = dictionary.all().filter((row) => row.workflow === names.workflow && row.model === names.model);
  const ids = { ids: listValue(own.map(({ id }) => id)) };
  const from = async (table: string, column = 'series'): Promise<number> => {
    const sql = `DELETE FROM ${table} WHERE ${column} IN (SELECT unnest($ids))`;
    return (await writer.run(sql, ids, { ids: LIST(UINTEGER) })).rowsChanged;
  };
  const [points, profiles] = [await from('points'), await from('profiles')];
  let rollups = 0;
  for (const tier of ROLLUP_TIERS) {
    rollups += await from(tableOf(tier));
  }
  await from('states');
  await from('counted');
  const firing = 'SELECT count(DISTINCT id)::INTEGER FROM alerts WHERE workflow = $workflow AND model = $model';
  const alerts = (await writer.runAndReadAll(firing, names)).getRows()[0]?.[0] as number;
  await writer.run('DELETE FROM alerts WHERE workflow = $workflow AND model = $model', names);
  return { series: await from('series', 'id'), points, rollups, profiles, alerts };
}
