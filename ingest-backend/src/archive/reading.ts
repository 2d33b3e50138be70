import { archiveRecord, parseTimestamp, type ArchiveRecord } from '@pneumograph/contract';
import type { ArchiveItem, Origin, Partition, Series } from './records.js';
import { asJson } from './wire.js';

/** Series and partitions that are kept, so that each is one object; all begin anew beyond. */
const MOST = 100_000;

type Described = Omit<Series, 'slot'> & { readonly slot?: number | undefined };

/** Turns records of the archive stream into items again: those that `toRecord` makes the same records of. */
export class RecordReader {
  readonly #series = new Map<string, Series>();
  readonly #partitions = new Map<string, Partition>();

  /** @throws Error where the text is no record of a kind that is known */
  read(text: string): ArchiveItem {
    return this.toItem(JSON.parse(text) as ArchiveRecord);
  }

  /** Like `read`, of what others may have written. @throws Error that says what is wrong */
  readChecked(text: string): ArchiveItem {
    const parsed = archiveRecord.safeParse(JSON.parse(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no record of the archive stream'}`);
    }
    return this.toItem(parsed.data);
  }

  toItem(record: ArchiveRecord): ArchiveItem {
    const time = parseTimestamp(record.time);
    switch (record.kind) {
      case 'mapping': {
        const { engine, engineName, workflow, model, asset } = record;
        return { kind: 'mapping', time, engine, engineName, workflow, model, asset };
      }
      case 'state': {
        const { workflow, model, engine, value, text } = record;
        const series = this.#intern({ workflow, model, slot: undefined, engine, metric: 'engine.status' });
        return { kind: 'state', series, time, value, text, ...this.#origin(record.origin) };
      }
      case 'point':
        return {
          kind: 'point',
          series: this.#intern(record),
          time,
          value: record.value,
          span: record.span,
          ...this.#origin(record.origin),
        };
      case 'profile':
        return {
          kind: 'profile',
          series: this.#intern(record),
          time,
          span: record.span,
          content: asText(record.content),
          ...this.#origin(record.origin),
        };
      case 'message': {
        const content = asText(record.content);
        return { kind: 'message', series: this.#intern(record), time, content, ...this.#origin(record.origin) };
      }
      case 'alert': {
        const { id, state, severity, monitor, workflow, model, slot, engine, feature, name, text, value } = record;
        const { labels, link, reason, number = state === 'firing' ? 1 : 2 } = record;
        return {
          kind: 'alert',
          ...{
            id,
            number,
            time,
            startsAt: parseTimestamp(record.startsAt),
            state,
            severity,
            monitor,
            workflow,
            model,
            slot,
          },
          ...{ engine, feature, name, text, value },
          evidence: record.evidence === undefined ? undefined : asText(record.evidence),
          ...(labels === undefined ? {} : { labels }),
          ...(link === undefined ? {} : { link }),
          ...(reason === undefined ? {} : { reason }),
          ...this.#origin(record.origin),
        };
      }
    }
  }

  #intern({ workflow, model, slot, engine, metric, monitor, feature }: Described): Series {
    const key = JSON.stringify([workflow, model, slot ?? null, engine, metric, monitor ?? null, feature ?? null]);
    return internIn(this.#series, key, () => ({
      ...{ workflow, model, slot, engine, metric },
      ...(monitor === undefined ? {} : { monitor }),
      ...(feature === undefined ? {} : { feature }),
    }));
  }

  /** What an older version wrote names no message. */
  #origin(text = '@0'): Origin {
    const at = text.lastIndexOf('@');
    const key = text.slice(0, at);
    return { partition: internIn(this.#partitions, key, () => ({ key })), offset: Number(text.slice(at + 1)) };
  }
}

function internIn<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    if (known.size >= MOST) {
      known.clear();
    }
    value = make();
    known.set(key, value);
  }
  return value;
}

/** The way back from `asJson`: a text that could be read as JSON was one within JSON. */
function asText(content: unknown): string {
  return typeof content === 'string' && asJson(content) === content ? content : JSON.stringify(content);
}
