import React from 'react';
import { css } from '@emotion/css';
import type { Field, GrafanaTheme2, LinkModel } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, IconButton, TextLink, useStyles2 } from '@grafana/ui';
import type { HealthView, ModelView } from '../../model';
import { ModelDetails } from '../ModelDetails';

interface Props {
  model: ModelView;
  view: HealthView;
  links: Array<LinkModel<Field>>;
  timeZone: string;
  onClose: () => void;
}

/** The pinned details of one model in a drawer, which takes all of a narrow panel; stays open while values change. */
export function DetailsBox({ model, view, links, timeZone, onClose }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section
      className={styles.drawer}
      aria-label={t('details.of', 'Details of {{name}}', { name: model.name })}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div className={styles.close}>
        {/* Focus moves in, so that the keyboard reaches the links and Escape closes the drawer. */}
        <IconButton name="times" aria-label={t('details.close', 'Close details')} onClick={onClose} autoFocus />
      </div>
      {/* What does not fit is scrolled to, by keys as well. */}
      <div className={styles.content} tabIndex={0} role="group" aria-label={t('details.all', 'All that is known')}>
        <ModelDetails model={model} view={view} timeZone={timeZone} />
        {links.length > 0 && (
          <div className={styles.links}>
            {links.map((link, index) =>
              link.href === '' ? (
                <Button
                  key={index}
                  size="sm"
                  variant="secondary"
                  fill="outline"
                  onClick={(event) => link.onClick?.(event)}
                >
                  {link.title}
                </Button>
              ) : (
                <TextLink
                  key={index}
                  href={link.href}
                  external={link.target === '_blank'}
                  inline={false}
                  variant="bodySmall"
                  onClick={link.onClick && ((event) => link.onClick?.(event))}
                >
                  {link.title}
                </TextLink>
              )
            )}
          </div>
        )}
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  drawer: css({
    position: 'absolute',
    top: 34,
    right: 0,
    // As high as its content, at most as the panel.
    maxHeight: 'calc(100% - 34px)',
    width: 'min(340px, 100%)',
    display: 'flex',
    flexDirection: 'column',
    background: theme.colors.background.elevated ?? theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
  }),
  content: css({
    overflowY: 'auto',
    padding: theme.spacing(1.5),
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  close: css({ position: 'absolute', top: theme.spacing(1), right: theme.spacing(1.5), zIndex: 1 }),
  links: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(0.5),
    marginTop: theme.spacing(1),
    paddingTop: theme.spacing(1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
});
