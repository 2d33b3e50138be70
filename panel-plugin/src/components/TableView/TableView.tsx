import React, { useMemo, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import type { AlertView, ModelView } from '../../model';
import { AlertCount } from '../ModelCard';
import { StateSymbol } from '../StateSymbol';
import { useMeasure } from '../../theme/useMeasure';
import { useOpenAlert, useOpenModel } from '../PanelContext';
import { fits, useWindow, ViewFrame, type ViewProps } from '../ViewFrame';
import { columnsOf, sortModels, type Column, type Sorting } from './columns';
import { tableDrawing } from './TablePicture';
import { widthOf } from './widths';

const ROW_HEIGHT = 30;
/** Left and right of a cell's text, with the arrow of the column that the table is sorted by. */
const ROOM = 32;
/** Columns are wide in steps, so that a digit more or less moves none of them. */
const STEP = 8;
/** In a narrow panel a long name must not push the states out of sight. */
const WIDEST = { pixels: 320, share: 0.4 };

/** All models in a table that sorts and searches; of thousands only the rows in sight are drawn. */
export function TableView(frame: ViewProps) {
  const { view } = frame;
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [search, setSearch] = useState('');
  const [sorting, setSorting] = useState<Sorting>({ key: 'state', descending: false });
  const [pinned, setPinned] = useState<string | undefined>(undefined);
  const onOpen = useOpenModel(setPinned);
  const onAlert = useOpenAlert(setPinned);
  const columns = useMemo(() => columnsOf(view.models), [view.models]);
  const measure = useMeasure();
  // Of all models, so that neither a search nor a scroll moves a column.
  const widths = useMemo(
    () => columns.map((column) => Math.ceil((widthOf(column, view.models, measure) + ROOM) / STEP) * STEP),
    [columns, view.models, measure]
  );
  const rows = useMemo(() => {
    const found = view.models.filter(({ name, workflow, stateText }) => fits(search, name, workflow, stateText));
    // The state's order is reversed: of states the worst is the first that people want.
    const descending = sorting.key === 'state' ? !sorting.descending : sorting.descending;
    return sortModels(found, columns, { ...sorting, descending });
  }, [view.models, columns, search, sorting]);
  const sortBy = ({ key, numeric }: Column) =>
    setSorting((before) =>
      before.key === key ? { key, descending: !before.descending } : { key, descending: numeric === true }
    );
  return (
    <ViewFrame
      {...frame}
      search={search}
      onSearch={setSearch}
      onSelect={() => setSorting({ key: 'state', descending: false })}
      pinned={pinned}
      onClose={() => setPinned(undefined)}
      picture={() => tableDrawing(rows, columns, theme.typography.fontFamily)}
    >
      {(size) => (
        <Rows {...{ rows, columns, widths, sorting, sortBy, styles, pinned, onAlert, ...size }} onPin={onOpen} />
      )}
    </ViewFrame>
  );
}

interface RowsProps {
  rows: ModelView[];
  columns: Column[];
  /** Pixels of each column, unless the table has more room. */
  widths: number[];
  sorting: Sorting;
  sortBy: (column: Column) => void;
  styles: ReturnType<typeof getStyles>;
  pinned: string | undefined;
  width: number;
  height: number;
  onPin: (model: ModelView | undefined) => void;
  onAlert: (model: ModelView | undefined, alert: AlertView) => void;
}

function Rows({ rows, columns, widths, sorting, sortBy, styles, pinned, width, height, onPin, onAlert }: RowsProps) {
  const widest = Math.min(WIDEST.pixels, WIDEST.share * width);
  const classes = columns.map(({ numeric }, at) => cx(numeric && styles.numeric, widths[at] > widest && styles.cut));
  const shown = useWindow(rows.length, ROW_HEIGHT, height);
  return (
    <div
      className={styles.scroll}
      style={{ height }}
      onScroll={shown.onScroll}
      tabIndex={0}
      role="region"
      aria-label={t('table.models', 'Models')}
    >
      <table className={styles.table} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map(({ key }, index) => (
            <col key={key} style={{ width: Math.min(widest, widths[index]) }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column, at) => {
              const sorted = column.key === sorting.key;
              return (
                <th
                  key={column.key}
                  scope="col"
                  className={classes[at]}
                  aria-sort={sorted ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
                >
                  <button type="button" className={styles.sort} onClick={() => sortBy(column)}>
                    {column.title}
                    {sorted && <Icon name={sorting.descending ? 'arrow-down' : 'arrow-up'} size="sm" />}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {shown.before > 0 && <tr aria-hidden="true" style={{ height: shown.before }} />}
          {rows.slice(shown.first, shown.last).map((model, index) => (
            <tr
              key={model.id}
              className={cx(styles.row, model.id === pinned && styles.pinned)}
              style={{ height: ROW_HEIGHT }}
              aria-rowindex={shown.first + index + 2}
            >
              {columns.map((column, at) => (
                <td key={column.key} className={classes[at]}>
                  <Cell {...{ column, model, styles, onPin, onAlert }} />
                </td>
              ))}
            </tr>
          ))}
          {shown.after > 0 && <tr aria-hidden="true" style={{ height: shown.after }} />}
        </tbody>
      </table>
      {rows.length === 0 && <p className={styles.nothing}>{t('table.nothing', 'No model fits the search.')}</p>}
    </div>
  );
}

function Cell({
  column,
  model,
  styles,
  onPin,
  onAlert,
}: { column: Column; model: ModelView } & Pick<RowsProps, 'styles' | 'onPin' | 'onAlert'>) {
  switch (column.key) {
    case 'model':
      return (
        <button type="button" className={styles.name} title={model.name} onClick={() => onPin(model)}>
          {model.name}
        </button>
      );
    case 'state':
      return (
        <span className={styles.state}>
          <StateSymbol state={model.state} size={16} />
          <span className={styles.words}>{column.text(model)}</span>
        </span>
      );
    case 'alerts':
      return <AlertCount alerts={model.alerts} onOpen={(alert) => onAlert(model, alert)} />;
    default:
      return <span style={{ color: column.stat?.(model)?.color }}>{column.text(model)}</span>;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    overflow: 'auto',
    flex: 'none',
    contain: 'strict',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
  table: css({
    width: '100%',
    // Browsers lay out a table of known columns in a fraction of the time.
    tableLayout: 'fixed',
    borderCollapse: 'collapse',
    fontSize: theme.typography.bodySmall.fontSize,
    th: { position: 'sticky', top: 0, background: theme.colors.background.primary, zIndex: 1, textAlign: 'left' },
    'th, td': {
      padding: theme.spacing(0, 1),
      whiteSpace: 'nowrap',
    },
    td: { verticalAlign: 'middle', borderTop: `1px solid ${theme.colors.border.weak}` },
    // Paper does not scroll.
    '@media print': {
      tableLayout: 'auto',
      col: { width: 'auto !important' },
      'th, td': { whiteSpace: 'normal', overflowWrap: 'anywhere' },
    },
  }),
  // Only where texts are longer than their column: a browser works on each of some hundred cells that cut what they hold.
  cut: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  numeric: css({ '&&': { textAlign: 'right' }, fontVariantNumeric: 'tabular-nums' }),
  sort: css({
    all: 'unset',
    cursor: 'pointer',
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    height: ROW_HEIGHT,
    fontWeight: theme.typography.fontWeightMedium,
    color: theme.colors.text.primary,
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
  row: css({ '&:hover': { background: theme.colors.action.hover } }),
  pinned: css({ background: theme.colors.action.selected }),
  name: css({
    all: 'unset',
    cursor: 'pointer',
    color: theme.colors.text.link,
    maxWidth: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    '&:hover': { textDecoration: 'underline' },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
  state: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75), '& svg': { flex: 'none' } }),
  words: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  nothing: css({ padding: theme.spacing(2), textAlign: 'center', color: theme.colors.text.secondary }),
});
