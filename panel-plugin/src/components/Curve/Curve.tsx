import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { History, Stat } from '../../model';

interface CurveProps {
  history: History;
  x?: number;
  y?: number;
  width: number;
  height: number;
}

/** How a number came to be, from zero to its highest; where nothing is known the curve breaks off. Decoration beside the number. */
export function Curve({ history, x = 0, y = 0, width, height }: CurveProps) {
  const theme = useTheme2();
  const { line, area } = curvePaths(history, width, height);
  return (
    <g transform={`translate(${x},${y})`} aria-hidden="true" data-testid="curve" pointerEvents="none">
      <path d={area} fill={theme.colors.text.secondary} opacity={0.14} />
      <path d={line} fill="none" stroke={theme.colors.text.secondary} strokeWidth={1} opacity={0.5} />
    </g>
  );
}

/** Outline and area of a history in a box, in user units. A value between two gaps is a short stroke. */
export function curvePaths(history: History, width: number, height: number): { line: string; area: string } {
  const known = history.filter((value) => value !== null);
  const [lowest, highest] = [Math.min(0, ...known), Math.max(0, ...known)];
  const step = width / Math.max(1, history.length - 1);
  const at = (value: number) => round(height - ((value - lowest) / (highest - lowest || 1)) * (height - 1) - 0.5);
  const zero = at(0);
  let [line, area] = ['', ''];
  for (let index = 0; index < history.length; index++) {
    const start = index;
    while (index < history.length && history[index] !== null) {
      index++;
    }
    if (index === start) {
      continue;
    }
    const run = history.slice(start, index).map((value, offset) => [round((start + offset) * step), at(value ?? 0)]);
    if (run.length === 1) {
      run.push([round(run[0][0] + Math.min(1, step)), run[0][1]]);
    }
    const points = run.map((point) => point.join(',')).join('L');
    line += `M${points}`;
    area += `M${run[0][0]},${zero}L${points}L${run[run.length - 1][0]},${zero}Z`;
  }
  return { line, area };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

interface BarProps {
  stat: Stat;
  x?: number;
  y?: number;
  width: number;
}

export const BAR_HEIGHT = 4;

/** Where a number lies between its bounds, and the thresholds on the way. Decoration beside the number. */
export function Bar({ stat, x = 0, y = 0, width }: BarProps) {
  const theme = useTheme2();
  if (stat.bounds === undefined) {
    return null;
  }
  const { share, marks } = stat.bounds;
  return (
    <g transform={`translate(${x},${y})`} aria-hidden="true" data-testid="bar" pointerEvents="none">
      <rect width={width} height={BAR_HEIGHT} rx={1} fill={theme.colors.border.weak} />
      <rect
        width={round(Math.max(share > 0 ? 1 : 0, share * width))}
        height={BAR_HEIGHT}
        rx={1}
        fill={stat.color ?? theme.colors.text.secondary}
      />
      {marks.map((mark) => (
        <rect key={mark} x={round(mark * width)} width={1} height={BAR_HEIGHT} fill={theme.colors.text.primary} />
      ))}
    </g>
  );
}
