import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { HealthView } from '../../model';
import { measureIn } from '../../theme/fitText';
import { partText } from '../../picture';
import type { Drawing } from '../ViewFrame';
import { alertsOf, bandsOf, byModel, type TimelineRow } from './rows';
import { AXIS_HEIGHT, TimelineAxis } from './TimelineAxis';
import { TimelineBands } from './TimelineBands';

interface Props {
  rows: readonly TimelineRow[];
  view: HealthView;
  from: number;
  to: number;
  timeZone: string;
  width: number;
}

const ROW_HEIGHT = 30;
const LABELS = 230;
const NARROWEST = 900;
/** Rows of a picture; of more of them nobody could read one. */
const LIMIT = 500;

/** The rows that a search found, those out of sight too. */
export function timelineDrawing(props: Props): Drawing {
  const rows = props.rows.slice(0, LIMIT);
  const width = Math.max(NARROWEST, props.width);
  return {
    size: { width, height: rows.length * ROW_HEIGHT + 2 * AXIS_HEIGHT },
    content: <TimelinePicture {...props} rows={rows} width={width} of={props.rows.length} />,
  };
}

function TimelinePicture({ rows, view, from, to, timeZone, width, of }: Props & { of: number }) {
  const theme = useTheme2();
  const measure = measureIn(theme.typography.fontFamily);
  const chart = width - LABELS;
  const x = (time: number) => ((time - from) / Math.max(1, to - from)) * chart;
  const alerts = byModel(view.alerts);
  const height = rows.length * ROW_HEIGHT;
  return (
    <>
      {rows.map((row, index) => (
        <g key={row.id} transform={`translate(0,${index * ROW_HEIGHT})`}>
          <text y={19} fontSize={12} fill={theme.colors.text.primary}>
            {row.title}
            <tspan dx={4} fill={theme.colors.text.secondary}>
              {row.detail}
            </tspan>
          </text>
          <g transform={`translate(${LABELS},0)`}>
            <TimelineBands
              {...{ from, to, timeZone, measure, title: row.title, width: chart, height: ROW_HEIGHT }}
              bands={bandsOf(row)}
              alerts={alertsOf(row, alerts)}
              model={undefined}
              onAlert={() => {}}
            />
          </g>
        </g>
      ))}
      <g transform={`translate(${LABELS},0)`}>
        {view.events
          .filter((event) => event.from >= from && event.from <= to)
          .map((event, index) => (
            <path
              key={index}
              d={`M${x(event.from)},0V${height}`}
              stroke={theme.colors.text.primary}
              strokeWidth={2}
              strokeDasharray="4 3"
            />
          ))}
        <g transform={`translate(0,${height})`}>
          <TimelineAxis {...{ from, to, timeZone, x }} width={chart} />
        </g>
      </g>
      <text y={height + 2 * AXIS_HEIGHT - 6} fontSize={12} fill={theme.colors.text.secondary}>
        {partText(rows.length, of)}
      </text>
    </>
  );
}
