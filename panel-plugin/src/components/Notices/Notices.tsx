import React, { useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Notice } from '../../model';

export const NOTICES_HEIGHT = 24;

const ICONS = { alert: 'bell', warning: 'exclamation-triangle', info: 'info-circle' } as const;

/** One line with the first notice; a click shows the whole text of all of them. */
export function Notices({ notices }: { notices: Notice[] }) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  const [first, ...rest] = notices;
  if (first === undefined) {
    return null;
  }
  return (
    <>
      {open && (
        <ul className={styles.list}>
          {notices.map((notice) => (
            <li key={notice.text}>{notice.text}</li>
          ))}
        </ul>
      )}
      <button
        type="button"
        className={styles.bar}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        title={first.text}
      >
        <Icon
          name={ICONS[first.severity]}
          className={cx(first.severity === 'warning' && styles.warning, first.severity === 'alert' && styles.alert)}
          size="sm"
        />
        <span className={styles.text}>{first.text}</span>
        {rest.length > 0 && (
          <span className={styles.more}>
            {open ? t('notices.less', 'less') : t('notices.more', '+{{number}} more', { number: rest.length })}
          </span>
        )}
      </button>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    height: NOTICES_HEIGHT,
    flex: 'none',
    width: '100%',
    padding: theme.spacing(0, 1),
    border: 'none',
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    textAlign: 'left',
  }),
  warning: css({ color: theme.colors.warning.text }),
  alert: css({ color: theme.colors.error.text }),
  text: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 }),
  more: css({ flex: 'none', marginLeft: 'auto', color: theme.colors.text.link }),
  list: css({
    position: 'absolute',
    left: 0,
    right: 0,
    bottom: NOTICES_HEIGHT,
    maxHeight: '60%',
    overflowY: 'auto',
    margin: 0,
    padding: theme.spacing(1, 1, 1, 3),
    background: theme.colors.background.secondary,
    borderTop: `1px solid ${theme.colors.border.medium}`,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
