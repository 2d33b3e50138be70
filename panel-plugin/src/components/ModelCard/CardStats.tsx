import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { Size } from '../../layout';
import { consequenceText, type ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import type { Measure } from '../../theme/fitText';
import { Bar, BAR_HEIGHT, Curve } from '../Curve';
import { HEAD_HEIGHT, PADDING, ROW_HEIGHT, statRows, TEXT_FONT } from './cardRows';
import { FittedText } from './FittedText';
import { getStyles } from './ModelCard.styles';
import { StatText, toldBy } from './StatText';

const COLUMN_GAP = 8;

interface Props {
  model: ModelView;
  shows: PanelOptions['cards'];
  card: Size;
  engines: string;
  measure: Measure;
}

/** The lower part of a card: what follows from faults elsewhere, its engines in words, and its numbers, two a row. */
export function CardStats({ model, shows, card, engines, measure }: Props) {
  const styles = useStyles2(getStyles);
  const left = PADDING + 4;
  const inner = card.width - left - PADDING;
  const column = (inner - COLUMN_GAP) / 2;
  const said = [consequenceText(model), engines].filter((text) => text !== '').join(' · ');
  const rows = statRows(shows);
  const first = HEAD_HEIGHT + (shows.engines ? ROW_HEIGHT : 0) + 6;
  return (
    <>
      {shows.engines && (
        <FittedText
          className={model.consequence ? styles.consequence : styles.label}
          {...{ text: said, x: left, y: HEAD_HEIGHT + 14, font: TEXT_FONT, room: inner, measure }}
        />
      )}
      {rows.map(({ cells, visual, height, top }) => {
        const y = first + top;
        return cells.map((cell, place) => {
          const stat = model.stats[cell.name];
          const x = left + place * (column + COLUMN_GAP);
          const room = cells.length === 1 && visual === 'none' ? inner : column;
          return (
            <React.Fragment key={cell.name}>
              {visual === 'curve' && stat?.history && (
                <Curve history={stat.history} x={x} y={y + ROW_HEIGHT - 2} width={room} height={height - ROW_HEIGHT} />
              )}
              {visual === 'bar' && stat && <Bar stat={stat} x={x} y={y + height - BAR_HEIGHT - 2} width={room} />}
              <StatText {...{ cell, x, y: y + 14, room, font: TEXT_FONT, measure }} {...toldBy(cell, stat)} />
            </React.Fragment>
          );
        });
      })}
    </>
  );
}
