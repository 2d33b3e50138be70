import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { AlertRank, AlertStatus, AlertView } from '../../model';
import { alertColors } from '../../theme/stateColors';

/** Signs beside the colours: a triangle for critical, a diamond for warning, a circle for the rest. In 12 by 12. */
const SHAPES: Record<AlertRank, string> = {
  critical: 'M6 1L11.5 11H.5Z',
  warning: 'M6 .5L11.5 6L6 11.5L.5 6Z',
  info: 'M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10Z',
};

/** What stands behind the sign of an alert that does not fire: a clock, an arrow up, a gap, a cross, a tick. In 10 by 12. */
const MARKS: Record<Exclude<AlertStatus, 'firing'>, string> = {
  pending: 'M5 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9M5 3.6V6L6.8 7.2',
  recovering: 'M5 10.5V2M1.5 5.2L5 1.7L8.5 5.2',
  nodata: 'M1.2 6H3.4M6.6 6H8.8',
  error: 'M1.5 2.5L8.5 9.5M8.5 2.5L1.5 9.5',
  other: 'M2.6 3.8a2.4 2.4 0 1 1 3.4 2.3c-.8.4-1 .8-1 1.6M5 10v.1',
  resolved: 'M1.2 6.4L4 9.2L9 2.8',
};
const SLASH = 'M1 11.5L11 .5';

/** Width of the signs, in pixels at scale 1. */
export function signWidth({ status }: Pick<AlertView, 'status'>): number {
  return status === 'firing' ? 12 : 24;
}

interface Props {
  alert: Pick<AlertView, 'rank' | 'status' | 'silenced'>;
  x?: number;
  y?: number;
  /** User units a pixel takes. */
  scale?: number;
  /** CSS colour for signs on a background of their own. */
  color?: string;
}

/**
 * Severity and state of an alert without words: its shape is the severity; filled it fires, hollow with a mark behind it is in
 * another state, and crossed out it is silenced. Decoration beside the words, so it is hidden from screen readers.
 */
export function AlertSign({ alert: { rank, status, silenced }, x = 0, y = 0, scale = 1, color }: Props) {
  const theme = useTheme2();
  const paint = color ?? alertColors(theme, rank).fill;
  const filled = status === 'firing' && !silenced;
  return (
    <g
      transform={`translate(${x},${y}) scale(${scale})`}
      data-status={status}
      data-silenced={silenced || undefined}
      aria-hidden="true"
    >
      <path
        d={SHAPES[rank]}
        fill={filled ? paint : 'none'}
        stroke={paint}
        strokeWidth={filled ? 0 : 1.4}
        strokeLinejoin="round"
        strokeDasharray={status === 'pending' ? '2 1.4' : undefined}
      />
      {silenced && <path d={SLASH} stroke={paint} strokeWidth={1.6} strokeLinecap="round" />}
      {status !== 'firing' && (
        <path
          d={MARKS[status]}
          transform="translate(14,0)"
          fill="none"
          stroke={paint}
          strokeWidth={1.4}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
    </g>
  );
}
