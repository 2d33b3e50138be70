import React, { memo } from 'react';
import { useTheme2 } from '@grafana/ui';
import type { ModelState } from '../../model';
import { stateColor } from '../../theme/stateColors';
import { SHAPES } from './shapes';

interface Props {
  state: ModelState;
  /** Edge of the square that the symbol fills, in user units of the surrounding SVG. */
  size: number;
  x?: number;
  y?: number;
}

/** The symbol of a state; decoration beside its word, so it is hidden from screen readers. */
export const StateSymbol = memo(function StateSymbol({ state, size, x = 0, y = 0 }: Props) {
  const theme = useTheme2();
  const color = stateColor(theme, state);
  const { outline, sign, hollow, dashed } = SHAPES[state];
  const signColor = hollow ? color : theme.colors.getContrastText(color);
  return (
    <svg x={x} y={y} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" data-state={state}>
      <path
        d={outline}
        fill={hollow ? theme.colors.background.primary : color}
        stroke={color}
        strokeWidth={hollow ? 1.5 : 0}
        strokeDasharray={dashed ? '2.4 1.8' : undefined}
      />
      <path
        d={sign}
        fill={sign.endsWith('Z') ? signColor : 'none'}
        stroke={signColor}
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
});
