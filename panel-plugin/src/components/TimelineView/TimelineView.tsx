import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, TimeRange } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { modelFinder, type AlertView, type HealthView, type ModelState, type ModelView } from '../../model';
import { useMeasure } from '../../theme/useMeasure';
import { useOpenAlert, useOpenModel } from '../PanelContext';
import { fits, SCROLL_BAR, useWindow, ViewFrame, type ViewProps } from '../ViewFrame';
import { alertsOf, bandsOf, byModel, rowModel, rowsOf, TimelineMemory, type TimelineRow } from './rows';
import { AXIS_HEIGHT, TimelineAxis } from './TimelineAxis';
import { TimelineBands } from './TimelineBands';
import { TimelineEvents } from './TimelineEvents';
import { timelineDrawing } from './TimelinePicture';

interface Props extends ViewProps {
  kind: 'models' | 'engines';
  range: TimeRange;
}

/** Few rows share the height of the panel. */
const ROW_HEIGHT = { least: 30, most: 56 };
/** In a narrower panel the names stand alone. */
const DETAILED = 600;
/** Of Grafana's small text, pixels. */
const LABEL_FONT = 12;

/** A row an engine or model, its states as bands over time, alerts as marks over them. */
export function TimelineView({ kind, range, ...frame }: Props) {
  const { view } = frame;
  const [search, setSearch] = useState('');
  const [pinned, setPinned] = useState<string | undefined>(undefined);
  const onOpen = useOpenModel(setPinned);
  const onAlert = useOpenAlert(setPinned);
  const [only, setOnly] = useState<ModelState | undefined>(undefined);
  const { engines, notices } = view.fleet();
  const [memory] = useState(() => new TimelineMemory());
  const rows = useMemo(() => {
    const all = rowsOf(engines, kind, memory);
    const found = search === '' ? all : all.filter(({ title, detail }) => fits(search, title, detail));
    const has = ({ state }: TimelineRow) => state === only;
    // A state that was chosen comes first; rows keep their order otherwise.
    return only === undefined ? found : [...found.filter(has), ...found.filter((row) => !has(row))];
  }, [engines, kind, search, only, memory]);
  return (
    <ViewFrame
      {...frame}
      search={search}
      onSearch={setSearch}
      onSelect={(state) => setOnly((before) => (before === state ? undefined : state))}
      pinned={pinned}
      onClose={() => setPinned(undefined)}
      notices={notices}
      picture={() =>
        timelineDrawing({
          ...{ rows, view, timeZone: frame.timeZone, width: frame.width },
          ...{ from: range.from.valueOf(), to: range.to.valueOf() },
        })
      }
    >
      {(size) => (
        <Rows
          rows={rows}
          view={view}
          from={range.from.valueOf()}
          to={range.to.valueOf()}
          timeZone={frame.timeZone}
          width={size.width}
          height={size.height}
          onOpen={onOpen}
          onAlert={onAlert}
        />
      )}
    </ViewFrame>
  );
}

interface RowsProps {
  rows: TimelineRow[];
  view: HealthView;
  from: number;
  to: number;
  timeZone: string;
  width: number;
  height: number;
  onOpen: (model: ModelView | undefined) => void;
  onAlert: (model: ModelView | undefined, alert: AlertView) => void;
}

function Rows({ rows, view, from, to, timeZone, width, height, onOpen, onAlert }: RowsProps) {
  const styles = useStyles2(getStyles);
  const measure = useMeasure();
  const room = height - AXIS_HEIGHT - 4;
  const rowHeight = Math.round(
    Math.min(ROW_HEIGHT.most, Math.max(ROW_HEIGHT.least, room / Math.max(1, rows.length) - 0.5))
  );
  const shown = useWindow(rows.length, rowHeight, height - AXIS_HEIGHT);
  const hasDetails = width >= DETAILED;
  const longest = useMemo(() => longestOf(rows, hasDetails), [rows, hasDetails]);
  const label = Math.ceil(Math.min(Math.max(60, width * 0.35), 260, measure(longest, LABEL_FONT, 500) + 22));
  const chart = Math.max(60, width - label - SCROLL_BAR);
  const alerts = useMemo(() => byModel(view.alerts), [view.alerts]);
  const modelOf = useMemo(() => modelFinder(view.models), [view.models]);
  const x = (time: number) => ((time - from) / Math.max(1, to - from)) * chart;
  if (view.fleet().engines.length === 0) {
    return (
      <p className={styles.nothing} style={{ height }}>
        {t('timeline.empty', 'States over time need a second query of the kind Engine status in this panel.')}
      </p>
    );
  }
  const events = view.events.filter((event) => event.from <= to && (event.to ?? event.from) >= from);
  return (
    <>
      <div
        className={styles.scroll}
        style={{ height: Math.min(height - AXIS_HEIGHT, Math.max(1, rows.length) * rowHeight + 4) }}
        onScroll={shown.onScroll}
        tabIndex={0}
        role="region"
        aria-label={t('views.timeline', 'States over time')}
      >
        <TimelineEvents {...{ events, x, from, to, timeZone }} left={label} height={rows.length * rowHeight} />
        <div style={{ height: shown.before }} />
        {rows.slice(shown.first, shown.last).map((row) => {
          const own = alertsOf(row, alerts);
          const model = rowModel(row, modelOf);
          return (
            <div key={row.id} className={styles.row} style={{ height: rowHeight }}>
              <button
                type="button"
                className={styles.label}
                style={{ width: label }}
                title={row.detail === '' ? row.title : `${row.title}, ${row.detail}`}
                disabled={model === undefined}
                onClick={() => onOpen(model)}
              >
                <span className={styles.title}>{row.title}</span>
                {hasDetails && row.detail !== '' && <span className={styles.detail}> {row.detail}</span>}
              </button>
              <TimelineBands
                {...{ from, to, timeZone, measure, title: row.title, onAlert }}
                bands={bandsOf(row)}
                alerts={own}
                model={own.length === 0 ? undefined : model}
                width={chart}
                height={rowHeight}
              />
            </div>
          );
        })}
        <div style={{ height: shown.after }} />
        {rows.length === 0 && <p className={styles.nothing}>{t('grid.nothing', 'Nothing fits the search.')}</p>}
      </div>
      <svg className={styles.axis} width={width} height={AXIS_HEIGHT} aria-hidden="true">
        <g transform={`translate(${label},0)`}>
          <TimelineAxis {...{ from, to, timeZone, x }} width={chart} />
        </g>
      </svg>
    </>
  );
}

/** The longest of the labels, by its letters: to measure all of thousands would take too long. */
function longestOf(rows: readonly TimelineRow[], hasDetails: boolean): string {
  let longest: TimelineRow | undefined;
  let most = -1;
  for (const row of rows) {
    const letters = row.title.length + (hasDetails ? row.detail.length : 0);
    if (letters > most) {
      [longest, most] = [row, letters];
    }
  }
  const { title = '', detail = '' } = longest ?? {};
  return hasDetails && detail !== '' ? `${title} ${detail}` : title;
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    position: 'relative',
    overflowY: 'auto',
    overflowX: 'hidden',
    flex: 'none',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
  row: css({ display: 'flex', alignItems: 'center' }),
  label: css({
    all: 'unset',
    boxSizing: 'border-box',
    flex: 'none',
    padding: theme.spacing(0, 1),
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    cursor: 'pointer',
    fontSize: theme.typography.bodySmall.fontSize,
    '&:disabled': { cursor: 'default' },
    '&:hover:enabled': { textDecoration: 'underline' },
    '&:focus-visible': { boxShadow: `inset 0 0 0 2px ${theme.colors.primary.border}` },
  }),
  title: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
  detail: css({ color: theme.colors.text.secondary }),
  axis: css({ flex: 'none', fontFamily: theme.typography.fontFamily, overflow: 'hidden' }),
  nothing: css({ margin: 0, padding: theme.spacing(2), textAlign: 'center', color: theme.colors.text.secondary }),
});
