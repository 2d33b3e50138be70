import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the backend says of itself at `/metrics`, in Prometheus' form. */
export class SelfMetrics {
  readonly registry = new Registry();

  readonly accepted = this.#counter('messages_accepted_total', 'Pneumo messages taken in', ['source']);
  readonly skipped = this.#counter('messages_skipped_total', 'Messages of types nothing is derived from', [
    'source',
    'type',
  ]);
  readonly rejected = this.#counter('messages_rejected_total', 'Messages that could not be used, by reason', [
    'source',
    'reason',
  ]);
  readonly late = this.#counter('reports_late_total', 'Reports that came after their time had been closed');
  readonly duplicate = this.#counter(
    'reports_duplicate_total',
    'Messages that came twice, and reports of a second sensor at a tap'
  );
  readonly unmapped = this.#counter('reports_unmapped_total', 'Reports of engines that no fleet source knows');
  readonly abandoned = this.#counter('bursts_abandoned_total', 'Bursts that stayed open too long to tell their rate');
  readonly replayed = this.#counter('items_replayed_total', 'Points and states read again and found stored already');
  readonly stored = this.#counter('items_stored_total', 'Points, states and mappings stored');
  readonly storeFailures = this.#counter('store_failures_total', 'Writes that the store refused');
  readonly sinkFailures = this.#counter('sink_failures_total', 'Batches that a sink could not write', ['sink']);
  readonly sinkWritten = this.#counter('sink_written_records_total', 'Records that a sink took', ['sink']);
  readonly sinkDropped = this.#counter('sink_dropped_records_total', 'Records that a sink was never told', ['sink']);
  readonly storeSeconds = new Histogram({
    name: 'pneumograph_store_write_seconds',
    help: 'Seconds until a batch was durable',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });
  readonly batchSize = new Histogram({
    name: 'pneumograph_store_batch_items',
    help: 'Items of a batch',
    buckets: [1, 10, 100, 1000, 10_000, 100_000],
    registers: [this.registry],
  });
  readonly querySeconds = new Histogram({
    name: 'pneumograph_query_seconds',
    help: 'Seconds until a query request was answered',
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    registers: [this.registry],
  });
  readonly kafkaLost = this.#counter('kafka_lost_records_total', 'Records deleted by retention before they were read', [
    'partition',
  ]);
  readonly recordsRead = this.#counter('records_read_total', 'Records of streams that were read', ['stream']);
  readonly recordsBad = this.#counter('records_bad_total', 'Records of streams that could not be decoded, by reason', [
    'stream',
    'reason',
  ]);
  readonly rekeyed = this.#counter('rekeyed_messages_total', 'Messages copied by the role rekey', ['topic', 'keyed']);
  readonly position = this.#gauge('source_position', 'Offset at which reading resumes after a restart', ['partition']);
  readonly lag = this.#gauge('source_lag_records', 'Messages of a partition that are still to be read', ['partition']);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A gauge that is asked for its value when the page is read. */
  observe(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `pneumograph_${name}`,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read()),
    });
  }

  /** A gauge with a value for each of many things, asked for when the page is read. @param label what the things are */
  observeEach(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void {
    const gauge = new Gauge({
      name: `pneumograph_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect: () => {
        gauge.reset();
        for (const [thing, value] of read()) {
          gauge.set({ [label]: thing }, value);
        }
      },
    });
  }

  #counter<T extends string>(name: string, help: string, labelNames: T[] = []): Counter<T> {
    return new Counter({ name: `pneumograph_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge<T extends string>(name: string, help: string, labelNames: T[] = []): Gauge<T> {
    return new Gauge({ name: `pneumograph_${name}`, help, labelNames, registers: [this.registry] });
  }
}
