import React, { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import { Portal, useStyles2, useTheme2, VizTooltipContainer } from '@grafana/ui';
import type { Point } from '../../layout';
import { labelOf, type CellSize, type GridCell } from './cells';
import { getStyles } from './GridView.styles';
import { paint, type Painted } from './paint';
import { Sprites } from './sprites';

interface Props {
  cells: GridCell[];
  size: CellSize;
  width: number;
  height: number;
  /** The cell that the keyboard is at; its button stands over the painted cell. */
  active: number;
  onActive: (index: number) => void;
  onOpen: (cell: GridCell) => void;
}

/** Thousands of cells, painted: an element each would keep the browser busy for seconds. */
export function CanvasCells({ cells, size, width, height, active, onActive, onOpen }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const canvas = useRef<HTMLCanvasElement>(null);
  const painted = useRef<Painted | undefined>(undefined);
  const [hovered, setHovered] = useState<{ index: number; at: Point } | undefined>(undefined);
  const density = Math.min(2, window.devicePixelRatio || 1);
  const { width: cellWidth, height: cellHeight, gap, columns } = size;
  const sprites = useMemo(
    () => new Sprites(theme, { width: cellWidth, height: cellHeight }, density),
    [theme, cellWidth, cellHeight, density]
  );
  const rows = Math.ceil(cells.length / columns);
  const content = rows * (cellHeight + gap);

  const draw = useCallback(() => {
    const context = canvas.current?.getContext('2d');
    const top = canvas.current?.parentElement?.parentElement?.scrollTop ?? 0;
    if (context) {
      const sight = { top, height, density };
      painted.current = paint(context, cells, size, sight, sprites, painted.current);
    }
  }, [cells, size, height, density, sprites]);
  // A canvas that gets another size is empty.
  useLayoutEffect(() => void (painted.current = undefined), [width, height, density]);
  useLayoutEffect(draw, [draw]);
  useEffect(() => {
    const scroller = canvas.current?.parentElement?.parentElement;
    let frame: number | undefined;
    const onScroll = () => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        draw();
      });
    };
    scroller?.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      scroller?.removeEventListener('scroll', onScroll);
      cancelAnimationFrame(frame ?? 0);
    };
  }, [draw]);

  const indexAt = (event: MouseEvent<HTMLElement>): number | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / (cellWidth + gap));
    const index = Math.floor((event.clientY - box.top) / (cellHeight + gap)) * columns + column;
    return column >= 0 && column < columns && index >= 0 && index < cells.length ? index : undefined;
  };
  const at = cells[active];
  const tip = hovered && cells[hovered.index];
  return (
    <div
      className={styles.painted}
      style={{ height: content }}
      onPointerMove={(event) => {
        const index = indexAt(event);
        if (index !== hovered?.index) {
          setHovered(index === undefined ? undefined : { index, at: { x: event.clientX, y: event.clientY } });
        }
      }}
      onPointerLeave={() => setHovered(undefined)}
      onClick={(event) => {
        const index = indexAt(event);
        const cell = index === undefined ? undefined : cells[index];
        if (index !== undefined && cell !== undefined) {
          onActive(index);
          onOpen(cell);
        }
      }}
    >
      <canvas
        ref={canvas}
        className={styles.canvas}
        width={Math.floor(width * density)}
        height={Math.floor(height * density)}
        style={{ width, height }}
        aria-hidden="true"
      />
      {at && (
        <button
          type="button"
          className={styles.cursor}
          style={{
            left: (active % columns) * (cellWidth + gap),
            top: Math.floor(active / columns) * (cellHeight + gap),
            width: cellWidth,
            height: cellHeight,
          }}
          aria-label={labelOf(at)}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(at);
          }}
        />
      )}
      {tip && (
        <Portal>
          <VizTooltipContainer position={hovered.at} offset={{ x: 12, y: 12 }}>
            {labelOf(tip)}
          </VizTooltipContainer>
        </Portal>
      )}
    </div>
  );
}
