import { dottedName, formatTimestamp, type ArchiveRecord, type MessageContent } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Mapping, Origin, Series } from './records.js';

/** An item as it stands on the archive topic and in log files; `name` and `value` make a point a tagged-double. */
export function toRecord(item: ArchiveItem): ArchiveRecord {
  const time = formatTimestamp(Math.round(item.time));
  switch (item.kind) {
    case 'mapping':
      return mappingRecord(item, time);
    case 'alert':
      return alertRecord(item, time);
    case 'state': {
      const { workflow, model, slot, engine, metric } = item.series;
      const name = dottedName(model, slot, metric);
      const origin = originText(item);
      return { kind: 'state', time, workflow, model, engine, value: item.value, text: item.text, name, origin };
    }
    case 'point': {
      const name = dottedName(item.series.model, item.series.slot, item.series.metric);
      const { value, span } = item;
      return { kind: 'point', time, ...identity(item.series), value, span, name, origin: originText(item) };
    }
    case 'profile':
      return {
        kind: 'profile',
        time,
        ...identity(item.series),
        span: item.span,
        content: asJson(item.content),
        origin: originText(item),
      };
    case 'message': {
      const { workflow, model, engine, metric } = item.series;
      const content = asJson(item.content) as MessageContent;
      return { kind: 'message', time, workflow, model, engine, metric, content, origin: originText(item) };
    }
  }
}

/** Names the message, see `origin` of the contract. */
function originText({ partition, offset }: Origin): string {
  return `${partition.key}@${offset}`;
}

function identity({ workflow, model, slot, engine, metric, monitor, feature }: Series) {
  return {
    workflow,
    model,
    ...(slot === undefined ? {} : { slot }),
    engine,
    metric,
    ...(monitor === undefined ? {} : { monitor }),
    ...(feature === undefined ? {} : { feature }),
  };
}

function mappingRecord({ engine, engineName, workflow, model, asset }: Mapping, time: string): ArchiveRecord {
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

function alertRecord(alert: AlertChange, time: string): ArchiveRecord {
  const { id, number, startsAt, state, severity, monitor, workflow, model, slot, engine, feature } = alert;
  const { name, text, value, evidence, labels = {}, link, reason } = alert;
  return {
    kind: 'alert',
    // The tutorial's alert is a record of who, what and how much.
    src: model,
    name,
    ...(value === undefined ? {} : { value }),
    id,
    number,
    time,
    startsAt: formatTimestamp(Math.round(startsAt)),
    state,
    severity,
    monitor,
    workflow,
    model,
    ...(slot === undefined ? {} : { slot }),
    engine,
    ...(feature === undefined ? {} : { feature }),
    text,
    ...(evidence === undefined ? {} : { evidence: asJson(evidence) }),
    ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
    ...(link === undefined ? {} : { link }),
    ...(reason === undefined ? {} : { reason }),
    origin: originText(alert),
  };
}

/** What is JSON within stands as such; what is not, as text. */
export function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
