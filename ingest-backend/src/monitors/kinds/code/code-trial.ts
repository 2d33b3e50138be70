import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { AlertChange, Partition } from '../../../archive/index.js';
import type { StreamAddress } from '../../../streams/index.js';
import { parseDefinition } from '../../definition.js';
import { MonitorHost } from '../../host.js';
import { INPUT, OUTPUT, START, type Said } from '../trial.js';

/** Monitors as code that are tried out for real: in a worker, in a process. For tests. */
export class CodeTrial {
  readonly said: Said[] = [];
  readonly logged: Array<Record<string, unknown>> = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'code-'));
  readonly #definitions: string[] = [];
  #host: MonitorHost | undefined;
  readonly #partitions = new Map<string, Partition>();
  readonly #offset = new Map<string, number>();

  /** A file beside the definitions. */
  file(name: string, text: string): this {
    writeFileSync(join(this.folder, name), text);
    return this;
  }

  /** @param definition kind, parameters and so on */
  monitor(name: string, definition: string, attach = '{ workflow: prices }'): this {
    this.#definitions.push(`name: ${name}\nattach: [${attach}]\n${definition}`);
    return this;
  }

  start(notes: ReadonlyMap<string, string> = new Map()): this {
    this.#host = new MonitorHost({
      definitions: this.#definitions.map((text) => parseDefinition(text, join(this.folder, 'm.yaml'))),
      streams: [INPUT, OUTPUT],
      notes,
      emit: (item) => this.said.push(item),
      log: pino({}, { write: (line: string) => this.logged.push(JSON.parse(line) as Record<string, unknown>) }),
    });
    return this;
  }

  get host(): MonitorHost {
    return this.#host as MonitorHost;
  }

  /** Values of a stream, one a second from the start on, from an offset on. */
  take(values: readonly unknown[], stream: StreamAddress = INPUT, from = this.#offset.get(nameOf(stream)) ?? 0): this {
    const partition = this.#partitions.get(nameOf(stream)) ?? { key: `stream/${nameOf(stream)}` };
    this.#partitions.set(nameOf(stream), partition);
    this.host.take(
      stream,
      values.map((value, index) => {
        const offset = from + index;
        return { value, key: `k${offset}`, time: START + offset * 1e6, partition, offset };
      })
    );
    this.#offset.set(nameOf(stream), from + values.length);
    return this;
  }

  alerts(): AlertChange[] {
    return this.said.filter((item): item is AlertChange => item.kind === 'alert');
  }

  /** Alerts that fired, as lines: offset, text. */
  texts(): string[] {
    return this.alerts()
      .filter(({ name, state }) => name !== 'Monitor failed' && state === 'firing')
      .map(({ offset, text }) => `${offset}: ${text}`);
  }

  /** Points as lines: offset, metric, value. */
  points(): string[] {
    return this.said.flatMap((item) =>
      item.kind === 'point' ? [`${item.offset}: ${item.series.metric} ${item.value}`] : []
    );
  }

  /** What failed, as the alerts of it say. */
  failures(): string[] {
    return this.alerts()
      .filter(({ name }) => name === 'Monitor failed')
      .map(({ text }) => text);
  }

  /** Waits until something is so. */
  async until(read: () => unknown, expected: unknown): Promise<void> {
    await expect.poll(read, { timeout: 20_000, interval: 20 }).toEqual(expected);
  }

  /** Waits until all that was taken has been answered for. */
  async answered(): Promise<void> {
    await this.until(() => this.unanswered(), 0);
  }

  unanswered(): number {
    this.host.flush();
    const held = this.host.oldestNeeded();
    const behind = [...this.#offset].map(([stream, next]) => {
      const position = [...held].find(([partition]) => partition.key === `stream/${stream}`)?.[1];
      return next - (position ?? 0);
    });
    this.host.takeNotes();
    return Math.max(0, ...behind);
  }

  async stop(): Promise<void> {
    await this.#host?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function nameOf({ model, slot }: StreamAddress): string {
  return `${model}/${slot}`;
}
