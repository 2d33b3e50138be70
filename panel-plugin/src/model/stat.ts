import {
  formattedValueToString,
  getDisplayProcessor,
  ThresholdsMode,
  type Field,
  type GrafanaTheme2,
} from '@grafana/data';
import type { Stat } from './types';

/** Turns a value of a field into its text. */
export type Formatter = (value: number) => Stat;

/** Units whose values have a natural end, where neither the data source nor the user set one. */
const NATURAL_MAX: Record<string, number> = { percent: 100, percentunit: 1 };

/**
 * Formats values as the field's options say. `unit` (a Grafana unit id) stands in where neither the data source nor
 * the user set one, because records and bytes without a unit are easily misread.
 * @param largest the end of bars where nothing else says one
 */
export function formatterOf(field: Field, unit: string, theme: GrafanaTheme2, largest?: number): Formatter {
  const display =
    field.display !== undefined && field.config.unit !== undefined
      ? field.display
      : getDisplayProcessor({
          field: { ...field, config: { ...field.config, unit: field.config.unit ?? unit } },
          theme,
        });
  const colored = colorsByValue(field);
  const bounds = boundsOf(field, unit, largest);
  return (value) => {
    const shown = display(value);
    const stat: Stat = { value, text: formattedValueToString(shown) };
    if (colored && shown.color !== undefined) {
      stat.color = shown.color;
    }
    if (bounds !== undefined) {
      const { min, max, marks } = bounds;
      stat.bounds = { share: clamp((value - min) / (max - min)), marks };
    }
    return stat;
  };
}

/** A series colour means nothing on a card; a colour that follows from the value does. */
function colorsByValue(field: Field): boolean {
  const mode = field.config.color?.mode ?? '';
  return mode === 'thresholds' || mode.startsWith('continuous-');
}

/** From the field's minimum to its maximum, or else to the end of its unit, its highest threshold or its largest value. */
function boundsOf(
  { config }: Field,
  unit: string,
  largest: number | undefined
): { min: number; max: number; marks: number[] } | undefined {
  const { thresholds } = config;
  const steps = (thresholds?.steps ?? []).map(({ value }) => value).filter((value) => Number.isFinite(value));
  const isAbsolute = thresholds?.mode !== ThresholdsMode.Percentage;
  const min = config.min ?? 0;
  // Grafana gives every field of a panel thresholds; they mean something where the user lets them colour it.
  const counts = config.color?.mode === 'thresholds';
  const highest = counts && isAbsolute && steps.length > 0 ? Math.max(...steps) : undefined;
  const max = config.max ?? NATURAL_MAX[config.unit ?? unit] ?? highest ?? largest;
  if (max === undefined || !(max > min)) {
    return undefined;
  }
  const shares = counts ? steps.map((step) => (isAbsolute ? (step - min) / (max - min) : step / 100)) : [];
  return { min, max, marks: shares.filter((share) => share > 0 && share < 1) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
