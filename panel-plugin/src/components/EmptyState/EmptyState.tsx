import React from 'react';
import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  /** What is missing, a sentence each. */
  missing: string[];
  /** The frames that came, named so that people see what they sent instead. */
  series: DataFrame[];
}

/** Says what the panel needs and what it got instead. */
export function EmptyState({ title, missing, series }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box} role="status">
      <div className={styles.title}>{title}</div>
      {missing.map((text) => (
        <div key={text} className={styles.text}>
          {withCode(text)}
        </div>
      ))}
      {series.length > 0 && missing.length > 0 && (
        <div className={styles.got}>The query returned {series.slice(0, 5).map(described).join('; ')}</div>
      )}
    </div>
  );
}

function described(frame: DataFrame): string {
  const fields = frame.fields.slice(0, 6).map(({ name }) => name.slice(0, 40));
  const name = (frame.name || frame.refId || 'a frame').slice(0, 40);
  return `${name} (${fields.join(', ')}${frame.fields.length > fields.length ? ', …' : ''})`;
}

/** Sets what stands between backticks as code. */
function withCode(text: string) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(1),
    height: '100%',
    padding: theme.spacing(1, 2),
    overflow: 'auto',
    textAlign: 'center',
  }),
  title: css({ fontSize: theme.typography.h5.fontSize }),
  text: css({ maxWidth: 560, overflowWrap: 'anywhere' }),
  got: css({
    maxWidth: 560,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
});
