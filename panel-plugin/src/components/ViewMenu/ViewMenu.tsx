import React, { memo } from 'react';
import { t } from '@grafana/i18n';
import { Dropdown, IconButton, Menu, type IconName } from '@grafana/ui';

export interface Action {
  label: string;
  icon: IconName;
  onClick: () => void;
}

/** What else can be done with a view, behind one button. */
export const ViewMenu = memo(function ViewMenu({ actions }: { actions: Action[] }) {
  const overlay = (
    <Menu ariaLabel={t('menu.actions', 'What to do with this view')}>
      {actions.map(({ label, icon, onClick }) => (
        <Menu.Item key={label} label={label} icon={icon} onClick={onClick} />
      ))}
    </Menu>
  );
  return (
    <Dropdown overlay={overlay} placement="bottom-end">
      <IconButton name="ellipsis-v" tooltip={t('menu.more', 'More: arrange, save a picture')} />
    </Dropdown>
  );
});

/** Saving the view as a picture, in each format. */
export function pictureActions(save: (format: 'svg' | 'png') => void): Action[] {
  return [
    { label: t('menu.png', 'Save as PNG'), icon: 'camera', onClick: () => save('png') },
    { label: t('menu.svg', 'Save as SVG'), icon: 'download-alt', onClick: () => save('svg') },
  ];
}
