import React, { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { alertsInWords, type ModelState } from '../../model';
import { stateColor } from '../../theme/stateColors';
import { AlertSign, signWidth } from '../AlertSign';
import { StateSymbol } from '../StateSymbol';
import { useOpenModel } from '../PanelContext';
import { fits, SCROLL_BAR, ViewFrame, type ViewProps } from '../ViewFrame';
import { CanvasCells } from './CanvasCells';
import { CellMemory, cellSize, cellsOf, firstIn, labelOf, stepOf, type CellSize, type GridCell } from './cells';
import { gridDrawing } from './GridPicture';
import { getStyles } from './GridView.styles';

interface Props extends ViewProps {
  kind: 'models' | 'engines';
}

/** A cell a model or engine, thousands of them: with words where there is room, else the symbols alone. */
export function GridView({ kind, ...frame }: Props) {
  const { view } = frame;
  const [search, setSearch] = useState('');
  const [wanted, setWanted] = useState<{ state: ModelState } | undefined>(undefined);
  const [pinned, setPinned] = useState<string | undefined>(undefined);
  const onOpen = useOpenModel(setPinned);
  const open = ({ model: id }: GridCell) => onOpen(view.models.find((model) => model.id === id));
  const [memory] = useState(() => new CellMemory());
  const cells = useMemo(() => {
    const all = cellsOf(view, kind, memory);
    return search === '' ? all : all.filter(({ title, detail, stateText }) => fits(search, title, detail, stateText));
  }, [view, kind, search, memory]);
  return (
    <ViewFrame
      {...frame}
      search={search}
      onSearch={setSearch}
      onSelect={(state) => setWanted({ state })}
      pinned={pinned}
      onClose={() => setPinned(undefined)}
      notices={kind === 'engines' ? view.fleet().notices : undefined}
      picture={() => gridDrawing(cells, frame.width)}
    >
      {(size) => <Cells cells={cells} width={size.width} height={size.height} wanted={wanted} onOpen={open} />}
    </ViewFrame>
  );
}

interface CellsProps {
  cells: GridCell[];
  width: number;
  height: number;
  /** The state whose first cell is wanted, anew with each click. */
  wanted: { state: ModelState } | undefined;
  onOpen: (cell: GridCell) => void;
}

function Cells({ cells, width, height, wanted, onOpen }: CellsProps) {
  const styles = useStyles2(getStyles);
  const scroller = useRef<HTMLDivElement>(null);
  /** The cell that the keyboard is at, and how often it was moved there on purpose: then it comes into sight. */
  const [active, setActive] = useState({ index: 0, moves: 0 });
  const [seen, setSeen] = useState(wanted);
  const room = width - SCROLL_BAR;
  const size = useMemo(() => cellSize(cells.length, room, height - 4), [cells.length, room, height]);
  const rowHeight = size.height + size.gap;
  const current = Math.max(0, Math.min(active.index, cells.length - 1));
  const go = (index: number) => setActive(({ moves }) => ({ index, moves: moves + 1 }));
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
    const cell = size.lines > 0 ? `[data-index="${active.index}"]` : 'button';
    box.querySelector<HTMLElement>(cell)?.focus({ preventScroll: true });
    // Only a move brings a cell into sight, not a new size.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [active.moves]);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepOf(event.key, current, cells.length, size.columns);
    if (next !== undefined) {
      event.preventDefault();
      go(next);
    }
  };
  const shared = { cells, size, onActive: (index: number) => setActive(({ moves }) => ({ index, moves })) };
  return (
    <div
      ref={scroller}
      className={styles.scroll}
      style={{ height }}
      onKeyDown={onKeyDown}
      role="group"
      aria-label={t('grid.help', 'Cells: {{number}}. Arrow keys move between them, Enter shows details.', {
        number: cells.length,
      })}
    >
      {size.lines > 0 ? (
        <WordCells {...shared} active={current} onOpen={onOpen} />
      ) : (
        <CanvasCells {...shared} width={room} height={height} active={current} onOpen={onOpen} />
      )}
      {cells.length === 0 && <p className={styles.nothing}>{t('grid.nothing', 'Nothing fits the search.')}</p>}
    </div>
  );
}

interface WordProps {
  cells: GridCell[];
  size: CellSize;
  active: number;
  onActive: (index: number) => void;
  onOpen: (cell: GridCell) => void;
}

/** Cells with room for words. All of them are in sight, so they are few. */
function WordCells({ cells, size, active, onActive, onOpen }: WordProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  return (
    <div
      className={styles.grid}
      style={{ gap: size.gap, gridTemplateColumns: `repeat(${size.columns}, ${size.width}px)` }}
    >
      {cells.map((cell, index) => (
        <button
          key={cell.id}
          type="button"
          className={styles.cell}
          style={{ height: size.height, borderColor: stateColor(theme, cell.state) }}
          data-index={index}
          tabIndex={index === active ? 0 : -1}
          title={labelOf(cell)}
          aria-label={labelOf(cell)}
          onFocus={() => onActive(index)}
          onClick={() => onOpen(cell)}
        >
          <StateSymbol state={cell.state} size={size.lines > 1 ? 18 : 14} />
          <span className={styles.texts}>
            <span className={styles.title}>{cell.title}</span>
            {size.lines > 1 && (
              <span className={styles.state}>
                {cell.stateText}
                {cell.alerts.count > 0 && `, ${alertsInWords(cell.alerts.count)}`}
              </span>
            )}
            {size.lines > 2 && cell.detail !== '' && <span className={styles.state}>{cell.detail}</span>}
          </span>
          {cell.alerts.first && (
            <svg className={styles.sign} width={signWidth(cell.alerts.first)} height={12} aria-hidden="true">
              <AlertSign alert={{ ...cell.alerts.first, rank: cell.alerts.worst ?? cell.alerts.first.rank }} />
            </svg>
          )}
        </button>
      ))}
    </div>
  );
}
