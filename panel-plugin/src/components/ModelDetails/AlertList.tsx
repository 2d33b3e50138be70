import React from 'react';
import { dateTimeFormat, dateTimeFormatTimeAgo } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { plural, type ModelAlerts } from '../../model';
import { alertColors } from '../../theme/stateColors';
import { getStyles } from './ModelDetails.styles';

interface Props {
  alerts: ModelAlerts;
  timeZone: string;
  /** How many alerts to spell out. */
  limit: number;
}

/** Alerts with severity, age and text, worst first. */
export function AlertList({ alerts, timeZone, limit }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const shown = alerts.items.slice(0, limit);
  if (shown.length === 0) {
    return null;
  }
  return (
    <div className={styles.section}>
      <div className={styles.quiet}>{plural(alerts.count, 'alert')}</div>
      {shown.map((alert, index) => (
        <div key={index} className={styles.alert} style={{ borderColor: alertColors(theme, alert.rank).fill }}>
          <strong>{alert.severity || 'info'}</strong>
          {alert.state !== '' && ` · ${alert.state}`}
          {alert.time !== undefined && (
            <span className={styles.quiet} title={dateTimeFormat(alert.time, { timeZone })}>
              {' · '}
              {dateTimeFormatTimeAgo(alert.time, { timeZone })}
            </span>
          )}
          {alert.engine !== '' && <span className={styles.quiet}> · engine {alert.engine}</span>}
          <div>{alert.text}</div>
        </div>
      ))}
      {alerts.count > shown.length && <div className={styles.quiet}>and {alerts.count - shown.length} more</div>}
    </div>
  );
}
