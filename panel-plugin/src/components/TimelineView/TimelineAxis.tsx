import React from 'react';
import { dateTimeFormat } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { ticksOf } from './rows';

interface Props {
  from: number;
  to: number;
  timeZone: string;
  /** Of the chart, pixels. */
  width: number;
  x: (time: number) => number;
}

export const AXIS_HEIGHT = 22;

/** Moments along the bottom of the chart. */
export function TimelineAxis({ from, to, timeZone, width, x }: Props) {
  const theme = useTheme2();
  const { times, format } = ticksOf(from, to, width);
  return (
    <>
      {times.map((time) => (
        <g key={time} transform={`translate(${x(time)},0)`}>
          <line y2={4} stroke={theme.colors.border.medium} />
          <text
            y={16}
            textAnchor={x(time) > width - 24 ? 'end' : 'middle'}
            fontSize={11.5}
            fill={theme.colors.text.secondary}
          >
            {dateTimeFormat(time, { timeZone, format })}
          </text>
        </g>
      ))}
    </>
  );
}
