import React from 'react';
import type { AlertView, ModelAlerts } from '../../model';
import { useAge } from '../PanelContext';
import { AlertBadge, badgeWidth } from './AlertBadge';
import { alertsText } from './cardName';

/** The badge of a card, in the flow of a text. */
export function AlertCount({ alerts, onOpen }: { alerts: ModelAlerts; onOpen?: (alert: AlertView) => void }) {
  const age = useAge()(alerts.first);
  if (alerts.first === undefined) {
    return null;
  }
  const width = badgeWidth(alerts, age);
  return (
    <svg width={width} height={18} role="img" aria-label={alertsText(alerts)} style={{ verticalAlign: 'middle' }}>
      <AlertBadge alerts={alerts} right={width} top={0} scale={1} age={age} onOpen={onOpen} />
    </svg>
  );
}
