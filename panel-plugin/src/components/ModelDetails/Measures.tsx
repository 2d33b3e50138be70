import React from 'react';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { MeasureView } from '../../model';
import { Curve } from '../Curve';
import { getStyles } from './ModelDetails.styles';

/** Numbers a monitor tells that are shown; one of many features has dashboards of its own. */
const LIMIT = 12;
const CURVE = { width: 60, height: 14 };

/** What monitors tell of a model, monitor by monitor, and then what no monitor told. */
export function Measures({ measures }: { measures: readonly MeasureView[] }) {
  const styles = useStyles2(getStyles);
  const monitors = [...new Set(measures.map(({ monitor }) => monitor))].sort(
    (a, b) => Number(a === '') - Number(b === '')
  );
  return (
    <>
      {monitors.map((monitor) => {
        const own = measures.filter((measure) => measure.monitor === monitor);
        const more = own.length - LIMIT;
        return (
          <div key={monitor} className={styles.section}>
            <div className={styles.heading}>
              {monitor === ''
                ? t('details.metrics', 'Other metrics')
                : t('details.monitor', 'Monitor {{monitor}}', { monitor })}
            </div>
            <div className={styles.measures}>
              {own.slice(0, LIMIT).map((measure, index) => (
                <React.Fragment key={index}>
                  <span className={styles.quiet}>{labelOf(measure)}</span>
                  <span style={{ color: measure.stat.color }}>{measure.stat.text}</span>
                  <span>
                    {measure.stat.history && (
                      <svg {...CURVE} aria-hidden="true">
                        <Curve history={measure.stat.history} {...CURVE} />
                      </svg>
                    )}
                  </span>
                </React.Fragment>
              ))}
            </div>
            {more > 0 && <div className={styles.quiet}>{t('details.more', 'and {{more}} more', { more })}</div>}
          </div>
        );
      })}
    </>
  );
}

function labelOf({ metric, feature, slot }: MeasureView): string {
  return [metric, feature, slot === undefined ? '' : t('details.slot', 'slot {{slot}}', { slot })]
    .filter((part) => part !== '')
    .join(' · ');
}
