import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { AlertView, ModelAlerts } from '../../model';
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
  /** How long the first alert has been there; empty for no word on it. */
  age?: string;
  /** A click on the badge, which is not one on the card. */
  onOpen?: (alert: AlertView) => void;
}

const HEIGHT = 18;
const FONT = 12;
/** Of a digit; the dot between count and age is narrower. */
const AVERAGE_WIDTH = 6.6;

/** Pixels that the badge of a card takes. */
export function badgeWidth({ first, count }: ModelAlerts, age = '', dot = false): number {
  return first === undefined ? 0 : 10 + signWidth(first) + (dot ? 0 : 8 + countText(count, age).length * AVERAGE_WIDTH);
}

function countText(count: number, age: string): string {
  return [count > 99 ? '99+' : String(count), age].filter((part) => part !== '').join(' · ');
}

/** How many alerts, how bad and how old the first: filled where one fires, hollow where none does. */
export function AlertBadge({ alerts, right, top, scale, dot = false, age = '', onOpen }: Props) {
  const theme = useTheme2();
  const { first, worst, count } = alerts;
  if (first === undefined || worst === undefined) {
    return null;
  }
  const { fill, text } = alertColors(theme, worst);
  const fires = first.status === 'firing' && !first.silenced;
  const color = fires ? text : theme.colors.text.primary;
  const width = badgeWidth(alerts, age, dot);
  return (
    <g
      transform={`translate(${right - width * scale},${top}) scale(${scale})`}
      data-testid="alert-badge"
      data-rank={worst}
      data-status={first.status}
      cursor={onOpen && 'pointer'}
      onClick={
        onOpen &&
        ((event) => {
          event.stopPropagation();
          onOpen(first);
        })
      }
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
        <text x={10 + signWidth(first)} y={13.2} fontSize={FONT} fontWeight={600} fill={color}>
          {countText(count, age)}
        </text>
      )}
    </g>
  );
}
