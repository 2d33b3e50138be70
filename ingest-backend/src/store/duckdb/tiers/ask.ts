import type { DuckDBValue } from '@duckdb/node-api';
import type { Parameters, ParameterTypes, Readers } from '../readers.js';
import type { TierState } from './state.js';

/**
 * Runs a query over several tiers: once more where points moved from one into another meanwhile, so that none is counted
 * twice or passed over.
 * @param sql made of what the state says at that moment
 */
export async function askTiers(
  readers: Readers,
  tiers: TierState,
  sql: () => string,
  parameters: Parameters,
  types: ParameterTypes
): Promise<DuckDBValue[][]> {
  for (;;) {
    let version = tiers.version;
    const columns = await readers.columns(
      () => {
        version = tiers.version;
        return sql();
      },
      parameters,
      types
    );
    if (version === tiers.version) {
      return columns;
    }
  }
}
