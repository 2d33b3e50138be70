import React from 'react';
import { dateTimeFormat } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { readEvidence, type Offence } from './readEvidence';
import { getStyles } from './ModelDetails.styles';

interface Props {
  evidence: string;
  isOpen: boolean;
  timeZone: string;
}

/** What a monitor or a rule saw, and in which records, folded unless it is asked for. */
export function Evidence({ evidence, isOpen, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  if (evidence === '' || evidence === 'null' || evidence === '{}') {
    return null;
  }
  const { lines, offences } = readEvidence(evidence);
  return (
    <details open={isOpen}>
      <summary className={styles.summary}>{t('details.evidence', 'Evidence')}</summary>
      {lines.length > 0 && (
        <div className={styles.grid}>
          {lines.map(([key, value], index) => (
            <React.Fragment key={index}>
              <span className={styles.quiet}>{key}</span>
              <span>{value}</span>
            </React.Fragment>
          ))}
        </div>
      )}
      {offences.length > 0 && <Offences offences={offences} timeZone={timeZone} />}
    </details>
  );
}

function Offences({ offences, timeZone }: { offences: Offence[]; timeZone: string }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <div className={styles.quiet}>{t('details.found-in', 'Found in')}</div>
      <ul className={styles.list}>
        {offences.map(({ time, place, what }, index) => (
          <li key={index}>
            {what}
            <span className={styles.quiet}>
              {what !== '' && ' · '}
              {[time === undefined ? '' : dateTimeFormat(time, { timeZone }), place]
                .filter((part) => part !== '')
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
