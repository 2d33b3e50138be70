import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { keptText, stateInText, stateWord, type HealthView, type ModelState } from '../../model';
import { StateSymbol } from '../StateSymbol';

interface Props {
  states: HealthView['states'];
  /** Brings the first model in this state into sight. */
  onSelect: (state: ModelState) => void;
  /** Pixels that it may take; where the words have no room, symbols and numbers stand alone. */
  room: number;
}

/** Around a text of small letters: symbol, gaps and padding; and a letter of it. */
const AROUND = 34;
const LETTER = 5.8;

/** Legend and summary in one: how many models are in each state, the worst first, where a narrow panel cuts last. */
export function StateSummary({ states, onSelect, room }: Props) {
  const styles = useStyles2(getStyles);
  const words = states.map(({ state, count }) => `${count} ${stateInText(state)}`);
  const isBrief = words.reduce((sum, text) => sum + AROUND + text.length * LETTER, 0) > room;
  const shown = isBrief ? fitting(states, room) : states;
  return (
    <div className={styles.summary} role="group" aria-label={t('states.summary', 'Models by state')}>
      {shown.map(({ state, count }, index) => (
        <button
          key={state}
          type="button"
          className={styles.state}
          title={keptText(`first ${state}`, () =>
            t('states.first', 'Go to the first model in state {{state}}', { state: stateWord(state) })
          )}
          aria-label={isBrief ? words[index] : undefined}
          onClick={() => onSelect(state)}
        >
          <StateSymbol state={state} size={14} />
          {isBrief ? count : words[index]}
        </button>
      ))}
    </div>
  );
}

/** As many of the worst states as have room with their numbers alone. */
function fitting(states: Props['states'], room: number): Props['states'] {
  let left = room;
  return states.filter(({ count }) => {
    left -= AROUND + String(count).length * LETTER;
    return left >= 0;
  });
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
