import type { DuckDBValue } from '@duckdb/node-api';
import { columnsOf, type Parameters, type ParameterTypes, type Readers, type ReadRows } from '../readers.js';
import type { TierState } from './state.js';

/**
 * Runs a query over several tiers: once more where points moved from one into another meanwhile, so that none is counted
 * twice or passed over.
 * @param sql made of what the state says at that moment
 */
export async function askTiers<T = DuckDBValue[][]>(
  readers: Readers,
  tiers: TierState,
  sql: () => string,
  parameters: Parameters,
  types: ParameterTypes,
  read: ReadRows<T> = columnsOf as ReadRows<T>
): Promise<T> {
  for (;;) {
    let version = tiers.version;
    const answer = await readers.ask(
      () => {
        version = tiers.version;
        return sql();
      },
      parameters,
      types,
      read
    );
    if (version === tiers.version) {
      return answer;
    }
  }
}
