import React from 'react';
import { cx } from '@emotion/css';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { ModelView, StatName } from '../../model';
import { fitText, type Measure } from '../../theme/fitText';
import type { StatCell } from './cardRows';
import { getStyles } from './ModelCard.styles';

const LABEL_GAP = 6;

interface Props {
  cell: StatCell;
  stat: ModelView['stats'][StatName];
  x: number;
  y: number;
  /** Width for label and value together. */
  room: number;
  font: number;
  measure: Measure;
}

/** One number of a card with its label. Rejects are loud as soon as there are any. */
export function StatText({ cell: { name, label }, stat, x, y, room, font, measure }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const alarming = name === 'rejected' && (stat?.value ?? 0) > 0;
  const left = room - LABEL_GAP - measure(label, font, 400);
  const fill = alarming ? theme.colors.error.text : stat?.color;
  return (
    <text x={x} y={y} fontSize={font}>
      <tspan className={styles.label}>{label}</tspan>
      <tspan
        dx={LABEL_GAP}
        className={cx(styles.value, alarming && styles.warning)}
        style={fill ? { fill } : undefined}
      >
        {stat ? fitText((alarming ? '▲ ' : '') + stat.text, left, font, 400, measure) : '–'}
      </tspan>
    </text>
  );
}
