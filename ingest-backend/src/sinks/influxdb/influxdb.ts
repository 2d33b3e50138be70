import type { AlertChange, ArchiveItem, Sink } from '../../archive/index.js';
import {
  InfluxDbConnection,
  lines,
  StoreError,
  type InfluxDbConnectionOptions,
  type Layout,
} from '../../store/index.js';

export interface InfluxDbSinkOptions extends InfluxDbConnectionOptions {
  readonly layout: Layout;
}

/** A nanosecond of each point's microsecond follows from the offset of its message: what is told again overwrites itself. */
const RESTS = 1000;

/**
 * Writes points, states and alerts as line protocol to what takes it at `/api/v2/write`: InfluxDB 2, InfluxDB 1.8
 * (bucket `database/retention-policy`, token `user:password`), VictoriaMetrics. Nothing is read from there, so that
 * points of one series, whose messages are a multiple of a thousand apart and which are of one microsecond, are one.
 * Profiles, messages and mappings have no place in a time series and are left out.
 */
export class InfluxDbSink implements Sink {
  readonly name: string;
  readonly #connection: InfluxDbConnection;

  constructor(private readonly options: InfluxDbSinkOptions) {
    this.name = `influxdb ${options.url} ${options.bucket}`;
    this.#connection = new InfluxDbConnection(options);
  }

  async write(items: readonly ArchiveItem[]): Promise<void> {
    const written = items.map((item) => this.#line(item)).filter((line) => line !== undefined);
    try {
      await this.#connection.write(this.options.bucket, written);
    } catch (error) {
      // The server took the rest of the request, and will not take these however often they are told.
      if (!(error instanceof StoreError && error.code === 'expired')) {
        throw error;
      }
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #line(item: ArchiveItem): string | undefined {
    switch (item.kind) {
      case 'point':
      case 'state': {
        const { series, value, offset } = item;
        const fields = {
          value: Number.isFinite(value) ? lines.floatField(value) : undefined,
          span: item.kind === 'point' && item.span > 0 ? lines.floatField(item.span) : undefined,
          text: item.kind === 'state' ? lines.textField(lines.encodeText(item.text)) : undefined,
        };
        const time = lines.nanos(Math.round(item.time), offset % RESTS);
        return line(lines.lineKey(lines.cleanSeries(series), this.options.layout), fields, time);
      }
      case 'alert':
        return alertLine(item);
      case 'profile':
      case 'message':
      case 'mapping':
        return undefined;
    }
  }
}

function alertLine(alert: AlertChange): string | undefined {
  const { workflow, model, slot, engine, monitor, feature, severity, name, text, value, state, offset } = alert;
  const tags = {
    engine,
    feature,
    model,
    monitor,
    severity,
    slot: slot === undefined ? undefined : String(slot),
    workflow,
  };
  const key = Object.entries(tags)
    .flatMap(([tag, of]) => (of === undefined ? [] : [`,${tag}=${lines.escapeTag(lines.encodeName(of))}`]))
    .join('');
  const fields = {
    firing: lines.integerField(state === 'firing' ? 1 : 0),
    value: value === undefined || !Number.isFinite(value) ? undefined : lines.floatField(value),
    name: lines.textField(lines.encodeText(name)),
    text: lines.textField(lines.encodeText(text)),
  };
  return line(`alert${key}`, fields, lines.nanos(Math.round(alert.time), offset % RESTS));
}

/** Undefined where there is nothing to say. */
function line(key: string, fields: Readonly<Record<string, string | undefined>>, time: string): string | undefined {
  const told = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return told.length === 0 ? undefined : `${key} ${told.join(',')} ${time}`;
}
