import React from 'react';
import type { ModelAlerts } from '../../model';
import { AlertBadge } from './AlertBadge';

/** The badge of a card, in the flow of a text. */
export function AlertCount({ alerts }: { alerts: ModelAlerts }) {
  if (alerts.worst === undefined) {
    return null;
  }
  const label = `${alerts.count} ${alerts.count === 1 ? 'alert' : 'alerts'}, worst ${alerts.worst}`;
  const width = 22 + Math.min(3, String(alerts.count).length) * 7.5;
  return (
    <svg width={width} height={18} role="img" aria-label={label} style={{ verticalAlign: 'middle' }}>
      <AlertBadge alerts={alerts} right={width} top={0} scale={1} />
    </svg>
  );
}
