import React, { memo, type PointerEvent } from 'react';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { Point, Size } from '../../layout';
import type { ModelState, ModelView } from '../../model';
import { stateColor } from '../../theme/stateColors';
import type { Places } from './useArrangement';
import type { View } from './viewport';
import { getStyles } from './WorkflowGraph.styles';

/** Fewer models are found without a map. */
export const MAP_FROM = 50;
const LARGEST: Size = { width: 170, height: 120 };

interface Props {
  models: ModelView[];
  places: Places;
  card: Size;
  view: View;
  frame: Size;
  /** Brings a point of the graph to the middle of the panel. */
  onMove: (point: Point) => void;
}

/** The whole graph in a corner, and which part of it is in sight. A help for the mouse alone: keys need none. */
export function Minimap({ models, places, card, view, frame, onMove }: Props) {
  const styles = useStyles2(getStyles);
  const scale = Math.min(LARGEST.width / Math.max(1, places.width), LARGEST.height / Math.max(1, places.height));
  const [width, height] = [Math.max(8, places.width * scale), Math.max(8, places.height * scale)];
  const go = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onMove({ x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale });
  };
  return (
    <svg
      className={styles.map}
      width={width}
      height={height}
      viewBox={`0 0 ${width / scale} ${height / scale}`}
      aria-hidden="true"
      data-testid="minimap"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture?.(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && go(event)}
    >
      <Cards models={models} places={places} card={card} />
      <rect
        className={styles.mapSight}
        x={-view.x / view.scale}
        y={-view.y / view.scale}
        width={frame.width / view.scale}
        height={frame.height / view.scale}
      />
    </svg>
  );
}

/** The cards of each state as one path: an element each would have to be looked at with every update. */
const Cards = memo(function Cards({ models, places, card }: Pick<Props, 'models' | 'places' | 'card'>) {
  const theme = useTheme2();
  const paths = new Map<ModelState, string>();
  for (const { id, state } of models) {
    const place = places.models.get(id);
    if (place) {
      const box = `M${place.x},${place.y}h${card.width}v${card.height}h${-card.width}Z`;
      paths.set(state, (paths.get(state) ?? '') + box);
    }
  }
  return (
    <>
      {[...paths].map(([state, path]) => (
        <path key={state} d={path} fill={stateColor(theme, state)} />
      ))}
    </>
  );
});
