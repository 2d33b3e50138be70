import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { PanelDataErrorView } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import type { PanelOptions } from '../../options';

type Panel = Pick<PanelProps<PanelOptions>, 'id' | 'data' | 'fieldConfig'>;

interface Props {
  title: string;
  text?: string;
}

/** A word to whoever waits, or what went wrong. */
export function EmptyState({ title, text }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box} role="status">
      <div className={styles.title}>{title}</div>
      {text !== undefined && <div className={styles.text}>{text}</div>}
    </div>
  );
}

interface Missing {
  missing: string[];
  /** Whether there is a topology, though it is empty: then what came is as it should be. */
  hasTopology: boolean;
}

/** Says what the panel needs and what it got instead, as Grafana's own panels do: with other panels that fit the data. */
export function MissingData({ missing, hasTopology, id, data, fieldConfig }: Panel & Missing) {
  const styles = useStyles2(getStyles);
  const got = hasTopology ? '' : data.series.slice(0, 5).map(described).join('; ');
  const message = [
    `${t('empty.title', 'No workflow to show')}.`,
    // Marks of code mean nothing in a plain text.
    ...missing.map((text) => text.replace(/`/g, '')),
    ...(got === '' ? [] : [t('empty.got', 'The query returned {{frames}}.', { frames: got })]),
  ]
    .join(' ')
    // Grafana ends the sentence.
    .replace(/\.$/, '');
  return (
    <div className={styles.box} role="status">
      <PanelDataErrorView panelId={id} data={data} fieldConfig={fieldConfig} message={message} />
    </div>
  );
}

function described({ name, refId, fields }: PanelProps['data']['series'][number]): string {
  const names = fields.slice(0, 6).map((field) => field.name.slice(0, 40));
  const called = (name || refId || t('empty.frame', 'a frame')).slice(0, 40);
  return `${called} (${names.join(', ')}${fields.length > names.length ? ', …' : ''})`;
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
    overflowWrap: 'anywhere',
    textAlign: 'center',
  }),
  title: css({ fontSize: theme.typography.h5.fontSize }),
  text: css({ maxWidth: 560 }),
});
