import React, { memo } from 'react';
import { cx } from '@emotion/css';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { Stat } from '../../model';
import { fitText, type Measure } from '../../theme/fitText';
import type { StatCell } from './cardRows';
import { getStyles } from './ModelCard.styles';

/** Between label and number, and what is left of it where room is short. */
const LABEL_GAP = 6;
const LEAST_GAP = 4;
/** Of a label so many times its font's size are kept, whatever its number takes. */
const LEAST_LABEL = 2.5;

interface Told {
  /** Undefined where the number is not known. */
  text: string | undefined;
  /** CSS colour, where the value has one. */
  color: string | undefined;
  isAlarming: boolean;
}

interface Props extends Told {
  cell: StatCell;
  x: number;
  y: number;
  /** Width for label and value together. */
  room: number;
  font: number;
  measure: Measure;
}

/** What is shown of a number. Rejects are loud as soon as there are any. */
export function toldBy({ name }: StatCell, stat: Stat | undefined): Told {
  return { text: stat?.text, color: stat?.color, isAlarming: name === 'rejected' && (stat?.value ?? 0) > 0 };
}

/** One number of a card with its label. Drawn anew only where it changes what is seen. */
export const StatText = memo(function StatText(props: Props) {
  const { cell, text, color, isAlarming, x, y, room, font, measure } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const told = text === undefined ? '–' : (isAlarming ? '▲ ' : '') + text;
  // The number counts, with its unit: where both are too long, the label is cut.
  const left = room - measure(told, font, 400);
  const gap = Math.max(LEAST_GAP, Math.min(LABEL_GAP, left - measure(cell.label, font, 400)));
  const label = fitText(cell.label, Math.max(LEAST_LABEL * font, left - gap), font, 400, measure);
  const start = measure(label, font, 400) + gap;
  const fill = isAlarming ? theme.colors.error.text : color;
  return (
    <>
      <text className={styles.label} x={x} y={y} fontSize={font}>
        {label}
      </text>
      <text
        className={cx(styles.value, isAlarming && styles.warning)}
        x={x + start}
        y={y}
        fontSize={font}
        style={fill ? { fill } : undefined}
      >
        {fitText(told, room - start, font, 400, measure)}
      </text>
    </>
  );
});
