import { formattedValueToString, getDisplayProcessor, type Field, type GrafanaTheme2 } from '@grafana/data';
import type { Stat } from './types';

/** Turns a value of a field into its text. */
export type Formatter = (value: number) => Stat;

/**
 * Formats values as the field's options say. `unit` (a Grafana unit id) stands in where neither the data source nor
 * the user set one, because records and bytes without a unit are easily misread.
 */
export function formatterOf(field: Field, unit: string, theme: GrafanaTheme2): Formatter {
  const display =
    field.display !== undefined && field.config.unit !== undefined
      ? field.display
      : getDisplayProcessor({
          field: { ...field, config: { ...field.config, unit: field.config.unit ?? unit } },
          theme,
        });
  const colored = colorsByValue(field);
  return (value) => {
    const shown = display(value);
    const stat: Stat = { value, text: formattedValueToString(shown) };
    return colored && shown.color !== undefined ? { ...stat, color: shown.color } : stat;
  };
}

/** A series colour means nothing on a card; a colour that follows from the value does. */
function colorsByValue(field: Field): boolean {
  const mode = field.config.color?.mode ?? '';
  return mode === 'thresholds' || mode.startsWith('continuous-');
}
