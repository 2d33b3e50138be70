import React from 'react';
import { useStyles2 } from '@grafana/ui';
import { STAT_NAMES, type ModelView } from '../../model';
import { Bar, BAR_HEIGHT, Curve } from '../Curve';
import { statLabel } from '../ModelCard/cardRows';
import { getStyles } from './ModelDetails.styles';

const CURVE = { width: 60, height: 14 };

/** The numbers of a model with their names, curves and bars. */
export function Numbers({ stats }: Pick<ModelView, 'stats'>) {
  const styles = useStyles2(getStyles);
  const known = STAT_NAMES.flatMap((name) => {
    const stat = stats[name];
    return stat === undefined ? [] : [{ name, stat }];
  });
  if (known.length === 0) {
    return null;
  }
  return (
    <div className={styles.section}>
      <div className={styles.measures}>
        {known.map(({ name, stat }) => (
          <React.Fragment key={name}>
            <span className={styles.quiet}>{statLabel(name)}</span>
            <span
              className={name === 'rejected' && stat.value > 0 ? styles.alarming : undefined}
              style={{ color: stat.color }}
            >
              {stat.text}
            </span>
            <span>
              {stat.history && (
                <svg {...CURVE} aria-hidden="true">
                  <Curve history={stat.history} {...CURVE} />
                </svg>
              )}
              {stat.bounds && !stat.history && (
                <svg width={CURVE.width} height={BAR_HEIGHT} aria-hidden="true">
                  <Bar stat={stat} width={CURVE.width} />
                </svg>
              )}
            </span>
          </React.Fragment>
        ))}
      </div>
    </div>
  );
}
