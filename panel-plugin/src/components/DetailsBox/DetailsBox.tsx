import React from 'react';
import { css } from '@emotion/css';
import type { Field, GrafanaTheme2, LinkModel } from '@grafana/data';
import { IconButton, TextLink, useStyles2 } from '@grafana/ui';
import type { HealthView, ModelView } from '../../model';
import { ModelDetails } from '../ModelDetails';

interface Props {
  model: ModelView;
  view: HealthView;
  links: Array<LinkModel<Field>>;
  timeZone: string;
  onClose: () => void;
}

/** The pinned details of one model; stays open while values change. */
export function DetailsBox({ model, view, links, timeZone, onClose }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section
      className={styles.box}
      aria-label={`Details of ${model.name}`}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div className={styles.close}>
        {/* Focus moves in, so that the keyboard reaches the links and Escape closes the box. */}
        <IconButton name="times" aria-label="Close details" onClick={onClose} autoFocus />
      </div>
      <ModelDetails model={model} view={view} timeZone={timeZone} />
      {links.length > 0 && (
        <div className={styles.links}>
          {links.map((link, index) => (
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
          ))}
        </div>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    position: 'absolute',
    top: 34,
    right: 4,
    maxHeight: 'calc(100% - 40px)',
    width: 'min(280px, calc(100% - 8px))',
    overflowY: 'auto',
    padding: theme.spacing(1.5),
    background: theme.colors.background.elevated ?? theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
  }),
  close: css({ position: 'absolute', top: theme.spacing(1), right: theme.spacing(0.5) }),
  links: css({
    marginTop: theme.spacing(1),
    paddingTop: theme.spacing(1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
});
