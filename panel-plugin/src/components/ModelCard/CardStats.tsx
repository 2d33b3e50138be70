import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { Size } from '../../layout';
import type { ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import { fitText, type Measure } from '../../theme/fitText';
import { HEAD_HEIGHT, PADDING, ROW_HEIGHT, statRows, TEXT_FONT } from './cardRows';
import { getStyles } from './ModelCard.styles';
import { StatText } from './StatText';

const COLUMN_GAP = 8;

interface Props {
  model: ModelView;
  shows: PanelOptions['cards'];
  card: Size;
  engines: string;
  measure: Measure;
}

/** The lower part of a card: its engines in words and its numbers, two a row. */
export function CardStats({ model, shows, card, engines, measure }: Props) {
  const styles = useStyles2(getStyles);
  const left = PADDING + 4;
  const inner = card.width - left - PADDING;
  const column = (inner - COLUMN_GAP) / 2;
  const top = HEAD_HEIGHT + (shows.engines ? ROW_HEIGHT : 0) + 6;
  return (
    <>
      {shows.engines && (
        <text className={styles.label} x={left} y={HEAD_HEIGHT + 14} fontSize={TEXT_FONT}>
          {fitText(engines, inner, TEXT_FONT, 400, measure)}
        </text>
      )}
      {statRows(shows).map((row, line) =>
        row.map((cell, place) => (
          <StatText
            key={cell.name}
            cell={cell}
            stat={model.stats[cell.name]}
            x={left + place * (column + COLUMN_GAP)}
            y={top + line * ROW_HEIGHT + 14}
            room={row.length === 1 ? inner : column}
            font={TEXT_FONT}
            measure={measure}
          />
        ))
      )}
    </>
  );
}
