import React from 'react';
import { t } from '@grafana/i18n';
import { InlineSwitch, Input } from '@grafana/ui';
import { DASHBOARD_UIDS } from '../links/links';
import { LINKED_DASHBOARDS, type LinkedDashboard, type WorkflowOptions } from '../types';
import { SettingField } from './SettingField';

interface Props {
  jsonData: WorkflowOptions;
  disabled?: boolean;
  onChange: (part: Partial<WorkflowOptions>) => void;
}

const labels = (): Record<LinkedDashboard, string> => ({
  workflow: t('config.link-workflow', 'Workflow dashboard'),
  data: t('config.link-data', 'Data dashboard'),
  performance: t('config.link-performance', 'Performance dashboard'),
});

/** Whether series, states and alerts link to dashboards, and to which. */
export function LinkSettings({ jsonData, disabled, onChange }: Props) {
  const { dashboardLinks = true, linkedDashboards } = jsonData;
  const setUid = (which: LinkedDashboard, uid: string) => {
    const { [which]: _before, ...others } = linkedDashboards ?? {};
    onChange({ linkedDashboards: uid === '' ? others : { ...others, [which]: uid } });
  };
  return (
    <>
      <SettingField
        label={t('config.links', 'Dashboard links')}
        htmlFor="config-dashboard-links"
        tooltip={t(
          'config.links-help',
          'Series and states link to the dashboard of their model, alerts to what was seen at their time'
        )}
        disabled={disabled}
      >
        <InlineSwitch
          id="config-dashboard-links"
          value={dashboardLinks}
          onChange={(event) => onChange({ dashboardLinks: event.currentTarget.checked })}
        />
      </SettingField>
      {dashboardLinks &&
        LINKED_DASHBOARDS.map((which) => (
          <SettingField
            key={which}
            label={labels()[which]}
            htmlFor={`config-dashboard-${which}`}
            tooltip={t('config.uid-help', 'The uid of the dashboard, as its address holds it after /d/')}
            disabled={disabled}
          >
            <Input
              id={`config-dashboard-${which}`}
              width={40}
              value={linkedDashboards?.[which] ?? ''}
              placeholder={DASHBOARD_UIDS[which]}
              onChange={(event) => setUid(which, event.currentTarget.value.trim())}
            />
          </SettingField>
        ))}
    </>
  );
}
