import React from 'react';
import type { SlotFlow } from '../../model';

/** The slots that a link joins and what flows through each pair. */
export function FlowList({ flows }: { flows: SlotFlow[] }) {
  return (
    <>
      {flows.map(({ sourceSlot, targetSlot, rate }, index) => (
        <div key={index}>
          {sourceSlot !== undefined || targetSlot !== undefined
            ? `slot ${sourceSlot ?? '?'} → slot ${targetSlot ?? '?'}: `
            : ''}
          {rate?.text ?? 'throughput not measured'}
        </div>
      ))}
    </>
  );
}
