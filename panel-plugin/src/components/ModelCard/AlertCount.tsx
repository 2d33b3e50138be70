import React from 'react';
import type { ModelAlerts } from '../../model';
import { AlertBadge, badgeWidth } from './AlertBadge';
import { alertsText } from './cardName';

/** The badge of a card, in the flow of a text. */
export function AlertCount({ alerts }: { alerts: ModelAlerts }) {
  if (alerts.first === undefined) {
    return null;
  }
  const width = badgeWidth(alerts);
  return (
    <svg width={width} height={18} role="img" aria-label={alertsText(alerts)} style={{ verticalAlign: 'middle' }}>
      <AlertBadge alerts={alerts} right={width} top={0} scale={1} />
    </svg>
  );
}
