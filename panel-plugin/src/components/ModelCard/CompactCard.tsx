import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { Size } from '../../layout';
import { consequenceText, enginesText, type ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import { fitText, type Measure } from '../../theme/fitText';
import { StateSymbol } from '../StateSymbol';
import { AlertBadge, badgeWidth } from './AlertBadge';
import { COMPACT_LINE, COMPACT_PADDING, SMALLEST_FONT, statRows } from './cardRows';
import { getStyles } from './ModelCard.styles';
import { StatText } from './StatText';

interface Props {
  model: ModelView;
  card: Size;
  shows: PanelOptions['cards'];
  scale: number;
  measure: Measure;
}

/** What a full card says, in the smallest font and on close lines; its sizes are pixels of the screen. */
export function CompactCard({ model, card, shows, scale, measure }: Props) {
  const styles = useStyles2(getStyles);
  const left = COMPACT_PADDING + 4;
  const room = card.width * scale - left - COMPACT_PADDING;
  const badge = badgeWidth(model.alerts);
  const said = consequenceText(model) || (shows.engines && enginesText(model.engines)) || model.stateText;
  const baseline = (line: number) => COMPACT_PADDING + line * COMPACT_LINE + SMALLEST_FONT - 1;
  return (
    <g transform={`scale(${1 / scale})`}>
      <StateSymbol state={model.state} size={13} x={left} y={COMPACT_PADDING - 1} />
      <text className={styles.name} x={left + 18} y={baseline(0)} fontSize={12}>
        {fitText(model.name, room - 18 - badge, 12, 500, measure)}
      </text>
      <text className={styles.label} x={left} y={baseline(1)} fontSize={SMALLEST_FONT}>
        {fitText(said, room, SMALLEST_FONT, 400, measure)}
      </text>
      {statRows(shows).map(({ cells }, line) =>
        cells.map((cell, place) => (
          <StatText
            key={cell.name}
            cell={cell}
            stat={model.stats[cell.name]}
            x={left + (place * room) / 2}
            y={baseline(line + 2)}
            room={cells.length === 1 ? room : room / 2 - 4}
            font={SMALLEST_FONT}
            measure={measure}
          />
        ))
      )}
      <AlertBadge alerts={model.alerts} right={card.width * scale - 6} top={4} scale={1} />
    </g>
  );
}
