import React from 'react';
import { t } from '@grafana/i18n';
import type { SlotFlow } from '../../model';

/** The slots that a link joins, what flows through each pair, and what waits. */
export function FlowList({ flows }: { flows: SlotFlow[] }) {
  return (
    <>
      {flows.map(({ sourceSlot, targetSlot, rate, backlog }, index) => (
        <div key={index}>
          {sourceSlot !== undefined || targetSlot !== undefined
            ? `${t('details.slots', 'slot {{source}} → slot {{target}}', { source: sourceSlot ?? '?', target: targetSlot ?? '?' })}: `
            : ''}
          {rate?.text ?? t('details.unmeasured', 'throughput not measured')}
          {backlog && `, ${t('details.waiting', '{{backlog}} waiting', { backlog: backlog.text })}`}
        </div>
      ))}
    </>
  );
}
