import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { stateInText, stateWord, type HealthView, type ModelState } from '../../model';
import { StateSymbol } from '../StateSymbol';

interface Props {
  states: HealthView['states'];
  /** Brings the first model in this state into sight. */
  onSelect: (state: ModelState) => void;
}

/** Legend and summary in one: how many models are in each state, the worst first, where a narrow panel cuts last. */
export function StateSummary({ states, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.summary} role="group" aria-label={t('states.summary', 'Models by state')}>
      {states.map(({ state, count }) => (
        <button
          key={state}
          type="button"
          className={styles.state}
          title={t('states.first', 'Go to the first model in state {{state}}', { state: stateWord(state) })}
          onClick={() => onSelect(state)}
        >
          <StateSymbol state={state} size={14} />
          {count} {stateInText(state)}
        </button>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  summary: css({ display: 'flex', gap: theme.spacing(0.5), overflow: 'hidden', minWidth: 0 }),
  state: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    flex: 'none',
    padding: theme.spacing(0.25, 0.75),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    background: 'transparent',
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    '&:hover': { background: theme.colors.action.hover },
  }),
});
