import type { DataFrame, Field, LinkModel } from '@grafana/data';
import { compareText } from './fields';
import type { AlertView, ModelView, RowOrigin } from './types';

/** The fields that stand for the model as a whole come first: their links win over those of its numbers. */
const FIRST = ['title', 'model', 'id', 'workflow', 'status'];

/**
 * The data links of a model's row. A link set for all fields of the panel would come once for each of some thirty
 * fields; it is offered once, for the field that names the model.
 */
export function modelLinks(model: ModelView, series: DataFrame[]): Array<LinkModel<Field>> {
  return linksOfRow(model.origin, series);
}

/** The data links of an alert's row, to its evidence for instance. */
export function alertLinks({ origin }: AlertView, series: DataFrame[]): Array<LinkModel<Field>> {
  return linksOfRow(origin, series);
}

function linksOfRow(origin: RowOrigin | undefined, series: DataFrame[]): Array<LinkModel<Field>> {
  const frame = origin && series[origin.frame];
  if (origin === undefined || frame === undefined) {
    return [];
  }
  const links = new Map<string, LinkModel<Field>>();
  for (const field of [...frame.fields].sort(byImportance)) {
    const own = field.getLinks?.({ valueRowIndex: origin.row }) ?? [];
    const templates = field.config.links ?? [];
    own.forEach((link, index) => {
      const template = templates.length === own.length ? templates[index]?.url : link.href;
      const key = JSON.stringify([link.title, template]);
      if (!links.has(key)) {
        links.set(key, link);
      }
    });
  }
  return [...links.values()];
}

function byImportance(a: Field, b: Field): number {
  const rank = ({ name }: Field) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return rank(a) - rank(b) || compareText(a.name, b.name);
}
