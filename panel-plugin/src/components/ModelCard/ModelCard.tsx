import React, { memo, type RefObject } from 'react';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { Point } from '../../layout';
import { consequenceText, enginesText, type AlertView, type ModelView } from '../../model';
import type { PanelOptions } from '../../options';
import type { Measure } from '../../theme/fitText';
import { stateColor } from '../../theme/stateColors';
import { useAge } from '../PanelContext';
import { StateSymbol } from '../StateSymbol';
import { AlertBadge, badgeWidth } from './AlertBadge';
import { cardName } from './cardName';
import { detailAt, NAME_FONT, PADDING, SMALLEST_FONT, type CardSize } from './cardRows';
import { CardStats } from './CardStats';
import { Chips, chipsWidth } from './Chips';
import { CompactCard } from './CompactCard';
import { FittedText } from './FittedText';
import { getStyles } from './ModelCard.styles';

interface Props {
  /** Where the card leaves its element, so that the panel can focus it. */
  elements: RefObject<Map<string, SVGGElement | null>>;
  model: ModelView;
  place: Point;
  card: CardSize;
  shows: PanelOptions['cards'];
  scale: number;
  pinned: boolean;
  measure: Measure;
  onHover: (model: ModelView | undefined, at: Point) => void;
  onFocus: (model: ModelView, element: SVGGElement) => void;
  onBlur: () => void;
  onClick: (model: ModelView, at: Point) => void;
  onPin: (model: ModelView) => void;
  onAlert: (model: ModelView, alert: AlertView) => void;
}

const SYMBOL = 18;

/** One model. At small scales it shows fewer texts, never smaller ones. */
export const ModelCard = memo(function ModelCard(props: Props) {
  const { elements, model, place, card, scale, pinned, measure } = props;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const color = stateColor(theme, model.state);
  const detail = detailAt(scale, card);
  const loud = model.state === 'error';

  return (
    <g
      ref={(element) => void elements.current?.set(model.id, element)}
      className={styles.card}
      transform={`translate(${place.x},${place.y})`}
      role="button"
      tabIndex={0}
      aria-label={cardName(model)}
      aria-pressed={pinned}
      data-model={model.id.length <= 200 ? model.id : model.name}
      onPointerMove={(event) => props.onHover(model, { x: event.clientX, y: event.clientY })}
      onPointerLeave={() => props.onHover(undefined, { x: 0, y: 0 })}
      onFocus={(event) => props.onFocus(model, event.currentTarget)}
      onBlur={props.onBlur}
      onClick={(event) => props.onClick(model, { x: event.clientX, y: event.clientY })}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          props.onPin(model);
        }
      }}
    >
      <rect
        className="pneumograph-card-box"
        width={card.width}
        height={card.height}
        rx={6}
        strokeDasharray={model.state === 'unlisted' ? '6 4' : model.consequence ? '2 3' : undefined}
        style={loud || pinned ? { stroke: pinned ? theme.colors.primary.border : color, strokeWidth: 2 } : undefined}
      />
      <path d={`M6,1H8V${card.height - 1}H6A5,5 0 0 1 1,${card.height - 6}V6A5,5 0 0 1 6,1Z`} fill={color} />
      {detail === 'full' && <FullCard {...props} />}
      {detail === 'compact' && <CompactCard {...props} />}
      {detail === 'names' && <NamedCard model={model} card={card} scale={scale} measure={measure} />}
      {detail === 'symbols' && <SymbolCard model={model} card={card} scale={scale} />}
    </g>
  );
});

function FullCard({ model, card, shows, measure, onAlert }: Props) {
  const styles = useStyles2(getStyles);
  const left = PADDING + 4 + SYMBOL + 8;
  const width = card.width - PADDING;
  const age = useAge()(model.alerts.first);
  const badge = badgeWidth(model.alerts, age);
  const chips = shows.badges ? chipsWidth(model.badges, measure) : 0;
  // Where engines have no line of their own, what follows from others' faults joins the state.
  const consequence = shows.engines ? '' : consequenceText(model);
  const state = consequence === '' ? model.stateText : `${model.stateText} · ${consequence}`;
  return (
    <>
      <StateSymbol state={model.state} size={SYMBOL} x={PADDING + 4} y={15} />
      <FittedText
        {...{ className: styles.name, text: model.name, x: left, y: 23, font: NAME_FONT, weight: 500, measure }}
        room={width - left - badge}
      />
      <FittedText
        {...{ className: styles.state, text: state, x: left, y: 42, font: 13, weight: 500, measure }}
        room={width - left - chips}
      />
      <AlertBadge
        {...{ alerts: model.alerts, right: card.width - 10, top: 8, scale: 1, age }}
        onOpen={(alert) => onAlert(model, alert)}
      />
      {chips > 0 && <Chips badges={model.badges} right={card.width - 10} top={30} measure={measure} />}
      <CardStats model={model} shows={shows} card={card} engines={enginesText(model.engines)} measure={measure} />
    </>
  );
}

function NamedCard({ model, card, scale, measure }: Pick<Props, 'model' | 'card' | 'scale' | 'measure'>) {
  const styles = useStyles2(getStyles);
  const font = Math.max(NAME_FONT, SMALLEST_FONT / scale);
  const small = Math.max(13, SMALLEST_FONT / scale);
  const symbol = font * 1.1;
  const left = 8 + 6 / scale;
  const badge = badgeWidth(model.alerts) / scale;
  const middle = card.height / 2;
  const right = card.width - 4 / scale;
  return (
    <>
      <FittedText
        {...{ className: styles.name, text: model.name, x: left, y: middle - font * 0.25, font, weight: 500, measure }}
        room={right - left - badge}
      />
      <StateSymbol state={model.state} size={symbol} x={left} y={middle + font * 0.2} />
      <FittedText
        {...{ className: styles.state, text: model.stateText, font: small, weight: 500, measure }}
        {...{ x: left + symbol * 1.3, y: middle + font * 0.2 + symbol * 0.82, room: right - left - symbol * 1.3 }}
      />
      <AlertBadge alerts={model.alerts} right={right} top={3 / scale} scale={1 / scale} />
    </>
  );
}

function SymbolCard({ model, card, scale }: Pick<Props, 'model' | 'card' | 'scale'>) {
  const size = Math.min(card.height * 0.85, Math.max(24, 20 / scale));
  return (
    <>
      <StateSymbol state={model.state} size={size} x={(card.width - size) / 2} y={(card.height - size) / 2} />
      <AlertBadge alerts={model.alerts} right={card.width} top={0} scale={1 / scale} dot />
    </>
  );
}
