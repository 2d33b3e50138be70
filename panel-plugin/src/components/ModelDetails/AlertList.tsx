import React, { useEffect, useRef } from 'react';
import { dateTimeFormat, textUtil, type Field, type LinkModel } from '@grafana/data';
import { t } from '@grafana/i18n';
import { TextLink, useStyles2, useTheme2 } from '@grafana/ui';
import { alertKey, alertsInWords, alertWord, severityWord, type AlertView, type ModelAlerts } from '../../model';
import { alertColors } from '../../theme/stateColors';
import { AlertSign, signWidth } from '../AlertSign';
import { useAge, usePanelServices } from '../PanelContext';
import { Evidence } from './Evidence';
import { getStyles } from './ModelDetails.styles';

interface Props {
  alerts: Pick<ModelAlerts, 'count' | 'items'>;
  timeZone: string;
  /** How many alerts to spell out. */
  limit: number;
  /** For tooltips: without evidence and links, which nobody could reach. */
  brief?: boolean;
}

/** Alerts with severity, state, age and text, those that fire first. */
export function AlertList({ alerts, timeZone, limit, brief = false }: Props) {
  const styles = useStyles2(getStyles);
  const shown = alerts.items.slice(0, limit);
  if (shown.length === 0) {
    return null;
  }
  const more = alerts.count - shown.length;
  return (
    <div className={styles.section}>
      <div className={styles.heading}>{alertsInWords(alerts.count)}</div>
      {shown.map((alert, index) => (
        <AlertItem key={index} alert={alert} timeZone={timeZone} brief={brief} />
      ))}
      {more > 0 && <div className={styles.quiet}>{t('details.more', 'and {{more}} more', { more })}</div>}
    </div>
  );
}

function AlertItem({ alert, timeZone, brief }: { alert: AlertView; timeZone: string; brief: boolean }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { linksOfAlert, openAlert } = usePanelServices();
  const age = useAge()(alert);
  const element = useRef<HTMLDivElement>(null);
  const isOpen = !brief && openAlert === alertKey(alert);
  useEffect(() => {
    if (isOpen) {
      element.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [isOpen]);
  const width = signWidth(alert);
  const about = [
    alert.monitor,
    alert.engine === '' ? '' : t('details.engine', 'engine {{engine}}', { engine: alert.engine }),
    alert.slot === undefined ? '' : t('details.slot', 'slot {{slot}}', { slot: alert.slot }),
    alert.feature,
  ].filter((part) => part !== '');
  return (
    <div ref={element} className={styles.alert} style={{ borderColor: alertColors(theme, alert.rank).fill }}>
      <svg width={width} height={12} aria-hidden="true" className={styles.sign}>
        <AlertSign alert={alert} />
      </svg>
      <strong>{severityWord(alert)}</strong>
      {` · ${alertWord(alert)}`}
      {alert.time !== undefined && (
        <span className={styles.quiet}>
          {` · ${age === '' ? '' : `${age}, `}`}
          {t('details.alert-since', 'since {{time}}', { time: dateTimeFormat(alert.time, { timeZone }) })}
        </span>
      )}
      {alert.title !== '' && <div className={styles.strong}>{alert.title}</div>}
      {alert.text !== '' && <div>{alert.text}</div>}
      {alert.muted !== '' && (
        <div className={styles.quiet}>
          {t('details.muted', 'Nobody is notified: {{reason}}', { reason: alert.muted })}
        </div>
      )}
      {about.length > 0 && <div className={styles.quiet}>{about.join(' · ')}</div>}
      {!brief && (
        <>
          <Evidence evidence={alert.evidence} isOpen={isOpen} timeZone={timeZone} />
          <AlertLinks alert={alert} links={linksOfAlert(alert)} />
        </>
      )}
    </div>
  );
}

function AlertLinks({ alert, links }: { alert: AlertView; links: Array<LinkModel<Field>> }) {
  const url = alert.url === '' ? '' : textUtil.sanitizeUrl(alert.url);
  return (
    <>
      {links.map((link, index) => (
        <div key={index}>
          <TextLink
            href={link.href}
            external={link.target === '_blank'}
            variant="bodySmall"
            onClick={link.onClick && ((event) => link.onClick?.(event))}
          >
            {link.title}
          </TextLink>
        </div>
      ))}
      {url !== '' && url !== 'about:blank' && (
        <TextLink href={url} external variant="bodySmall">
          {t('details.source', 'Where it comes from')}
        </TextLink>
      )}
    </>
  );
}
