/** What is looked at of a record, as kafkajs decodes it. */
export interface FetchedRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  /** kafkajs hands on no record that is one. */
  isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/** Version 0, type 0: the key of the marker that ends an aborted transaction. */
const ABORT = Buffer.from([0, 0, 0, 0]);

/**
 * Hides the records of aborted transactions, as Kafka's own consumer does (`CompletedFetch.fetchRecords`). kafkajs does
 * it too, but takes the transactions for sorted by their beginning, and one at a time: brokers list them by their end,
 * so that of transactions that lie one within another it shows one that was aborted. Nor is a record whose key looks
 * like a marker's one.
 * @param records what a broker answered of one partition; those to be hidden are marked as control records, so that
 *   the offsets that they take up stay known
 */
export function hideAborted(records: readonly FetchedRecord[], aborted: readonly AbortedTransaction[]): void {
  const begun = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, first: Number(firstOffset) }))
    .sort((a, b) => a.first - b.first);
  const open = new Set<string>();
  let next = 0;
  for (const record of records) {
    const offset = Number(record.offset);
    for (let transaction = begun[next]; transaction !== undefined && transaction.first <= offset;) {
      open.add(transaction.producerId);
      transaction = begun[++next];
    }
    const { producerId, inTransaction } = record.batchContext;
    if (!open.has(producerId)) {
      continue;
    }
    if (!record.isControlRecord) {
      record.isControlRecord = inTransaction;
    } else if (record.key !== null && ABORT.equals(record.key)) {
      open.delete(producerId);
    }
  }
}
