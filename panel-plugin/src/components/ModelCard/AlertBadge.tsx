import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { ModelAlerts } from '../../model';
import { alertColors } from '../../theme/stateColors';
import { AlertSign, signWidth } from '../AlertSign';

interface Props {
  alerts: ModelAlerts;
  /** Right edge and top of the badge inside the card. */
  right: number;
  top: number;
  /** User units a pixel takes. */
  scale: number;
  /** Only the sign, where there is no room for the count. */
  dot?: boolean;
}

const HEIGHT = 18;

/** Pixels that the badge of a card takes. */
export function badgeWidth({ first, count }: ModelAlerts, dot = false): number {
  return first === undefined ? 0 : 10 + signWidth(first) + (dot ? 0 : 6 + countText(count).length * 8);
}

function countText(count: number): string {
  return count > 99 ? '99+' : String(count);
}

/** How many alerts, and how bad: filled where one fires, hollow where none does. */
export function AlertBadge({ alerts, right, top, scale, dot = false }: Props) {
  const theme = useTheme2();
  const { first, worst, count } = alerts;
  if (first === undefined || worst === undefined) {
    return null;
  }
  const { fill, text } = alertColors(theme, worst);
  const fires = first.status === 'firing' && !first.silenced;
  const color = fires ? text : theme.colors.text.primary;
  const width = badgeWidth(alerts, dot);
  return (
    <g
      transform={`translate(${right - width * scale},${top}) scale(${scale})`}
      data-testid="alert-badge"
      data-rank={worst}
      data-status={first.status}
    >
      <rect
        x={0.5}
        y={0.5}
        width={width - 1}
        height={HEIGHT - 1}
        rx={HEIGHT / 2}
        fill={fires ? fill : theme.colors.background.primary}
        stroke={fill}
      />
      <AlertSign alert={{ ...first, rank: worst }} x={5} y={3} color={fires ? text : fill} />
      {!dot && (
        <text x={7 + signWidth(first)} y={13.2} fontSize={12.5} fontWeight={600} fill={color}>
          {countText(count)}
        </text>
      )}
    </g>
  );
}
