import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { Size } from '../../layout';
import { consequenceText, enginesText, type AlertView, type ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import type { Measure } from '../../theme/fitText';
import { Bar, BAR_HEIGHT, Curve } from '../Curve';
import { useAge } from '../PanelContext';
import { StateSymbol } from '../StateSymbol';
import { AlertBadge, badgeWidth } from './AlertBadge';
import { COMPACT_PADDING, compactLines, SMALLEST_FONT } from './cardRows';
import { FittedText } from './FittedText';
import { getStyles } from './ModelCard.styles';
import { StatText, toldBy } from './StatText';

interface Props {
  model: ModelView;
  card: Size;
  shows: PanelOptions['cards'];
  scale: number;
  measure: Measure;
  onAlert: (model: ModelView, alert: AlertView) => void;
}

/** Pixels on screen: close, so that numbers keep their units. */
const RIGHT_PADDING = 6;
const COLUMN_GAP = 3;

/** What a full card says, in the smallest font and on close lines; its sizes are pixels of the screen. */
export function CompactCard({ model, card, shows, scale, measure, onAlert }: Props) {
  const styles = useStyles2(getStyles);
  const left = COMPACT_PADDING + 4;
  const room = card.width * scale - left - RIGHT_PADDING;
  const age = useAge()(model.alerts.first);
  const badge = badgeWidth(model.alerts, age);
  const said = consequenceText(model) || (shows.engines && enginesText(model.engines)) || model.stateText;
  const { words, rows } = compactLines(shows, card.height * scale);
  const texts = words.length > 1 ? [model.stateText, said] : [said];
  const baseline = (top: number) => top + SMALLEST_FONT - 1;
  return (
    <g transform={`scale(${1 / scale})`}>
      <StateSymbol state={model.state} size={13} x={left} y={COMPACT_PADDING - 1} />
      <FittedText
        {...{ className: styles.name, text: model.name, x: left + 18, y: baseline(COMPACT_PADDING), measure }}
        {...{ font: 12, weight: 500, room: room - 18 - badge }}
      />
      {texts.map((text, line) => (
        <FittedText
          key={line}
          className={line === 0 && words.length > 1 ? styles.state : styles.label}
          {...{ text, x: left, y: baseline(words[line] ?? 0), font: SMALLEST_FONT, room, measure }}
        />
      ))}
      {rows.map(({ cells, visual, top, drawn }) =>
        cells.map((cell, place) => {
          const stat = model.stats[cell.name];
          const x = left + (place * room) / 2;
          const wide = cells.length === 1 && visual === 'none' ? room : room / 2 - COLUMN_GAP;
          const below = top + SMALLEST_FONT + 3;
          return (
            <React.Fragment key={cell.name}>
              {visual === 'curve' && drawn > 0 && stat?.history && (
                <Curve history={stat.history} x={x} y={below} width={wide} height={drawn} />
              )}
              {visual === 'bar' && drawn >= BAR_HEIGHT && stat && <Bar stat={stat} x={x} y={below} width={wide} />}
              <StatText
                {...{ cell, x, y: baseline(top), room: wide, font: SMALLEST_FONT, measure }}
                {...toldBy(cell, stat)}
              />
            </React.Fragment>
          );
        })
      )}
      <AlertBadge
        {...{ alerts: model.alerts, right: card.width * scale - 6, top: 4, scale: 1, age }}
        onOpen={(alert) => onAlert(model, alert)}
      />
    </g>
  );
}
