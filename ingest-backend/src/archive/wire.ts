import { dottedName, formatTimestamp, type ArchiveRecord } from '@pneumograph/contract';
import type { ArchiveItem } from './records.js';

/** An item as it stands on the archive topic and in log files; `name` and `value` make a point a tagged-double. */
export function toRecord(item: ArchiveItem): ArchiveRecord {
  const time = formatTimestamp(item.time);
  if (item.kind === 'mapping') {
    const { engine, engineName, workflow, model, asset } = item;
    return {
      kind: 'mapping',
      time,
      workflow,
      model,
      engine,
      ...(engineName === undefined ? {} : { engineName }),
      ...(asset === undefined ? {} : { asset }),
    };
  }
  const { workflow, model, slot, engine, metric } = item.series;
  const name = dottedName(model, slot, metric);
  if (item.kind === 'state') {
    return { kind: 'state', time, workflow, model, engine, value: item.value, text: item.text, name };
  }
  const identity = { kind: 'point' as const, time, workflow, model, ...(slot === undefined ? {} : { slot }), engine };
  return { ...identity, metric, value: item.value, span: item.span, name };
}
