import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { AlertRank, ModelAlerts } from '../../model';
import { alertColors } from '../../theme/stateColors';

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

/** Signs beside the colours: a triangle for critical, a bell-like diamond for warning, a circle for the rest. */
const SIGNS: Record<AlertRank, string> = {
  critical: 'M6 1L11.5 11H.5Z',
  warning: 'M6 .5L11.5 6L6 11.5L.5 6Z',
  info: 'M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10Z',
};

export function AlertBadge({ alerts, right, top, scale, dot }: Props) {
  const theme = useTheme2();
  if (alerts.worst === undefined) {
    return null;
  }
  const { fill, text } = alertColors(theme, alerts.worst);
  const count = alerts.count > 99 ? '99+' : String(alerts.count);
  const width = dot ? 16 : 22 + count.length * 7.5;
  return (
    <g
      transform={`translate(${right - width * scale},${top}) scale(${scale})`}
      data-testid="alert-badge"
      data-rank={alerts.worst}
    >
      <rect width={width} height={dot ? 16 : 18} rx={dot ? 8 : 9} fill={fill} />
      <path
        d={SIGNS[alerts.worst]}
        transform={dot ? 'translate(3.5,3) scale(.75)' : 'translate(5,3.5) scale(.92)'}
        fill={text}
      />
      {!dot && (
        <text x={19} y={13.2} fontSize={12.5} fontWeight={600} fill={text}>
          {count}
        </text>
      )}
    </g>
  );
}
