import React from 'react';
import { dateTimeFormat } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { worstBands, type EngineBand, type EngineView } from '../../model';
import { stateColor } from '../../theme/stateColors';
import { usePanelServices } from '../PanelContext';
import { StateSymbol } from '../StateSymbol';
import { getStyles } from './ModelDetails.styles';

/** Engines spelled out; a model of more has the timeline. */
const LIMIT = 20;
const WIDTH = 300;

interface Props {
  engines: readonly EngineView[];
  timeZone: string;
}

/** The engines of a model, each with its state, since when and why, and its states over the dashboard's time. */
export function StatusHistory({ engines, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  if (engines.length === 0) {
    return null;
  }
  const shown = engines.slice(0, LIMIT);
  const more = engines.length - shown.length;
  return (
    <div className={styles.section}>
      <div className={styles.heading}>{t('details.engines', 'Engines')}</div>
      {engines.length > 1 && (
        <>
          <div className={styles.quiet}>{t('details.worst', 'Worst of all')}</div>
          <Strip bands={worstBands(engines)} label={t('details.worst', 'Worst of all')} timeZone={timeZone} />
        </>
      )}
      {shown.map(({ id, name, bands, state }) => {
        const last = bands[bands.length - 1];
        return (
          <div key={id} className={styles.engine}>
            <div className={styles.line}>
              <StateSymbol state={state} size={14} />
              <strong>{name}</strong>
              {last !== undefined && (
                <span className={styles.quiet}>
                  {t('details.since', '{{state}} since {{time}}', {
                    state: last.text,
                    time: dateTimeFormat(last.from, { timeZone }),
                  })}
                  {last.cause === '' ? '' : `, ${last.cause}`}
                </span>
              )}
            </div>
            <Strip bands={bands} label={name} timeZone={timeZone} />
          </div>
        );
      })}
      {more > 0 && <div className={styles.quiet}>{t('details.more', 'and {{more}} more', { more })}</div>}
    </div>
  );
}

interface StripProps {
  bands: readonly EngineBand[];
  label: string;
  timeZone: string;
}

/** States over the dashboard's time as one strip; its words are in a tooltip and in its name. */
function Strip({ bands, label, timeZone }: StripProps) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const { from, to } = usePanelServices().range;
  const shown = bands.filter((band) => band.from < to && (band.to ?? Infinity) > from);
  if (to <= from || shown.length === 0) {
    return null;
  }
  const x = (time: number) => ((Math.min(to, Math.max(from, time)) - from) / (to - from)) * WIDTH;
  const words = shown.map(({ text, from: at }) => `${text} ${dateTimeFormat(at, { timeZone })}`);
  return (
    <svg
      className={styles.strip}
      viewBox={`0 0 ${WIDTH} 8`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${words.slice(-5).join(', ')}`}
    >
      <rect width={WIDTH} height={8} fill={theme.colors.border.weak} />
      {shown.map((band) => (
        <rect
          key={`${band.from} ${band.text}`}
          x={x(band.from)}
          width={Math.max(1, x(band.to ?? to) - x(band.from))}
          height={8}
          fill={stateColor(theme, band.state)}
        >
          <title>{`${band.text} · ${dateTimeFormat(band.from, { timeZone })}${band.cause === '' ? '' : ` · ${band.cause}`}`}</title>
        </rect>
      ))}
    </svg>
  );
}
