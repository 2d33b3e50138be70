import { FieldType, type DataFrame, type Field } from '@grafana/data';
import type { EngineState } from '@pneumograph/contract';

/**
 * A table of engine states as Grafana reads annotations: the state first in the text, and tags to filter by.
 * @param states only these; empty: all
 */
export function stateEvents(frame: DataFrame, states: readonly EngineState[]): DataFrame {
  const column = (name: string): Field | undefined => frame.fields.find((field) => field.name === name);
  const textAt = (name: string, row: number) => String(column(name)?.values[row] ?? '');
  const kept = Array.from({ length: frame.length }, (_, row) => row).filter(
    (row) => states.length === 0 || states.some((state) => state === textAt('state', row))
  );
  const written = (name: string, write: (row: number) => string): Field => ({
    name,
    type: FieldType.string,
    config: {},
    values: kept.map(write),
  });
  return {
    ...frame,
    length: kept.length,
    fields: [
      ...frame.fields
        .filter(({ name }) => name !== 'text' && name !== 'tags')
        .map((field) => ({ ...field, values: kept.map((row) => field.values[row] as unknown) })),
      written('text', (row) => {
        const [state, text, cause] = ['state', 'text', 'cause'].map((name) => textAt(name, row));
        return `${state}${text === '' ? '' : `: ${text}`}${cause === '' ? '' : ` (${cause})`}`;
      }),
      written('tags', (row) =>
        ['workflow', 'model', 'engine', 'state']
          .map((name) => [name, textAt(name, row)])
          .filter(([, value]) => value !== '')
          // A tag ends at a comma.
          .map(([name, value]) => `${name}:${value.replaceAll(',', ' ')}`)
          .join(',')
      ),
    ],
  };
}
