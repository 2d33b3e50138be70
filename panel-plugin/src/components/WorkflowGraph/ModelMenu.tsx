import React from 'react';
import type { Field, LinkModel } from '@grafana/data';
import { t } from '@grafana/i18n';
import { ContextMenu, MenuGroup, MenuItem } from '@grafana/ui';
import type { Point } from '../../layout';
import type { ModelView } from '../../model';

export interface OpenMenu {
  model: ModelView;
  links: Array<LinkModel<Field>>;
  at: Point;
}

interface Props extends OpenMenu {
  onPin: (model: ModelView) => void;
  onClose: () => void;
}

/** What a click on a card with data links offers. */
export function ModelMenu({ model, links, at, onPin, onClose }: Props) {
  return (
    <ContextMenu
      x={at.x}
      y={at.y}
      focusOnOpen
      onClose={onClose}
      renderMenuItems={() => (
        <>
          <MenuGroup label={model.name}>
            <MenuItem label={t('menu.details', 'Show details')} icon="info-circle" onClick={() => onPin(model)} />
          </MenuGroup>
          <MenuGroup label={t('options.links', 'Links')}>
            {links.map((link, index) => (
              <MenuItem
                key={index}
                label={link.title}
                url={link.href || undefined}
                target={link.target}
                icon={link.href === '' ? 'filter' : link.target === '_blank' ? 'external-link-alt' : 'link'}
                onClick={link.onClick}
              />
            ))}
          </MenuGroup>
        </>
      )}
    />
  );
}
