import React, { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { ModelState, ModelView } from '../../model';
import { stateColor } from '../../theme/stateColors';
import { StateSymbol } from '../StateSymbol';
import { useOpenModel } from '../PanelContext';
import { fits, useWindow, ViewFrame, type ViewProps } from '../ViewFrame';
import { CELL_GAP, cellSize, cellsOf, firstIn, type GridCell } from './cells';

interface Props extends ViewProps {
  kind: 'models' | 'engines';
}

/** A cell a model or engine, thousands of them: those in sight are drawn. */
export function GridView({ kind, ...frame }: Props) {
  const { view } = frame;
  const [search, setSearch] = useState('');
  const [wanted, setWanted] = useState<{ state: ModelState } | undefined>(undefined);
  const [pinned, setPinned] = useState<string | undefined>(undefined);
  const onOpen = useOpenModel(setPinned);
  const cells = useMemo(
    () => cellsOf(view, kind).filter(({ title, detail, stateText }) => fits(search, title, detail, stateText)),
    [view, kind, search]
  );
  return (
    <ViewFrame
      {...frame}
      search={search}
      onSearch={setSearch}
      onSelect={(state) => setWanted({ state })}
      pinned={pinned}
      onClose={() => setPinned(undefined)}
    >
      {(size) => <Cells cells={cells} width={size.width} height={size.height} wanted={wanted} onOpen={onOpen} />}
    </ViewFrame>
  );
}

interface CellsProps {
  cells: GridCell[];
  width: number;
  height: number;
  /** The state whose first cell is wanted, anew with each click. */
  wanted: { state: ModelState } | undefined;
  onOpen: (model: ModelView | undefined) => void;
}

/** Room for a scroll bar. */
const SCROLL_BAR = 14;

function Cells({ cells, width, height, wanted, onOpen }: CellsProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const scroller = useRef<HTMLDivElement>(null);
  /** The cell that the keyboard is at, and how often it was moved there on purpose: then it comes into sight. */
  const [active, setActive] = useState({ index: 0, moves: 0 });
  const [seen, setSeen] = useState(wanted);
  const size = cellSize(cells.length, width - SCROLL_BAR, height);
  const rowHeight = size.height + CELL_GAP;
  const rows = Math.ceil(cells.length / size.columns);
  const shown = useWindow(rows, rowHeight, height);
  const go = (index: number) =>
    setActive(({ moves }) => ({ index: Math.max(0, Math.min(cells.length - 1, index)), moves: moves + 1 }));
  if (wanted !== seen) {
    setSeen(wanted);
    const index = wanted === undefined ? -1 : firstIn(cells, wanted.state);
    if (index >= 0) {
      go(index);
    }
  }
  useEffect(() => {
    const box = scroller.current;
    if (box === null || active.moves === 0) {
      return;
    }
    const top = Math.floor(active.index / size.columns) * rowHeight;
    if (top < box.scrollTop || top + rowHeight > box.scrollTop + height) {
      box.scrollTop = Math.max(0, top - height / 2);
    }
    // The cell may be drawn only after the scroll.
    const frame = requestAnimationFrame(() =>
      box.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true })
    );
    return () => cancelAnimationFrame(frame);
    // Only a move brings a cell into sight, not a new size.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [active.moves]);

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: size.columns,
      ArrowUp: -size.columns,
      Home: -active.index,
      End: cells.length - 1 - active.index,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      go(active.index + step);
    }
  };
  const visible = cells.slice(shown.first * size.columns, shown.last * size.columns);
  return (
    <div
      ref={scroller}
      className={styles.scroll}
      style={{ height }}
      onScroll={shown.onScroll}
      onKeyDown={onKeyDown}
      role="group"
      aria-label="Cells. Arrow keys move between them, Enter shows details."
    >
      <div style={{ height: shown.before }} />
      <div className={styles.grid} style={{ gridTemplateColumns: `repeat(${size.columns}, ${size.width}px)` }}>
        {visible.map((cell, offset) => {
          const index = shown.first * size.columns + offset;
          const alerts = cell.alerts > 0 ? `, ${cell.alerts} ${cell.alerts === 1 ? 'alert' : 'alerts'}` : '';
          const label = `${cell.title}${cell.detail === '' ? '' : `, ${cell.detail}`}, ${cell.stateText}${alerts}`;
          return (
            <button
              key={cell.id}
              type="button"
              className={cx(styles.cell, size.readable ? styles.large : styles.small)}
              style={{ height: size.height, borderColor: stateColor(theme, cell.state) }}
              tabIndex={index === Math.min(active.index, cells.length - 1) ? 0 : -1}
              title={label}
              aria-label={label}
              onFocus={() => setActive(({ moves }) => ({ index, moves }))}
              onClick={() => onOpen(cell.model)}
            >
              <StateSymbol state={cell.state} size={size.readable ? 18 : 16} />
              {size.readable && (
                <span className={styles.texts}>
                  <span className={styles.title}>{cell.title}</span>
                  <span className={styles.state}>
                    {cell.stateText}
                    {alerts}
                  </span>
                </span>
              )}
            </button>
          );
        })}
      </div>
      <div style={{ height: shown.after }} />
      {cells.length === 0 && <p className={styles.nothing}>Nothing fits the search.</p>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowY: 'auto', overflowX: 'hidden', flex: 'none' }),
  grid: css({ display: 'grid', gap: CELL_GAP, padding: 2 }),
  cell: css({
    all: 'unset',
    boxSizing: 'border-box',
    display: 'flex',
    alignItems: 'center',
    cursor: 'pointer',
    border: '1px solid',
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    overflow: 'hidden',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { boxShadow: `0 0 0 2px ${theme.colors.primary.border}` },
  }),
  large: css({ gap: theme.spacing(1), padding: theme.spacing(0, 1), borderLeftWidth: 4 }),
  small: css({ justifyContent: 'center' }),
  texts: css({ display: 'flex', flexDirection: 'column', minWidth: 0, lineHeight: 1.25 }),
  title: css({
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.primary,
    fontWeight: theme.typography.fontWeightMedium,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  state: css({
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  nothing: css({ padding: theme.spacing(2), textAlign: 'center', color: theme.colors.text.secondary }),
});
