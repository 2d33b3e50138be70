import React from 'react';
import { Portal, VizTooltipContainer } from '@grafana/ui';
import type { Point } from '../../layout';
import type { HealthView, ModelView } from '../../model';
import { ModelDetails } from '../ModelDetails';
import { AlertList } from '../ModelDetails/AlertList';
import { FlowList } from '../ModelDetails/FlowList';

/** Kept by id and not by object, so that the tooltip shows the newest values while it is open. */
export type Hovered =
  // A focused card has no pointer at it: `at` is undefined, and the tooltip goes where the card is.
  { kind: 'model'; id: string; at: Point | undefined } | { kind: 'link'; source: string; target: string; at: Point };

interface Props {
  hovered: Hovered;
  /** Where the tooltip goes, in the browser window. */
  at: Point;
  view: HealthView;
  models: ModelView[];
  timeZone: string;
}

export function GraphTooltip({ hovered, at, view, models, timeZone }: Props) {
  const content = contentOf(hovered, view, models, timeZone);
  return (
    content && (
      <Portal>
        <VizTooltipContainer position={at} offset={{ x: 12, y: 12 }}>
          {content}
        </VizTooltipContainer>
      </Portal>
    )
  );
}

function contentOf(hovered: Hovered, view: HealthView, models: ModelView[], timeZone: string) {
  const named = (id: string) => models.find((model) => model.id === id);
  if (hovered.kind === 'model') {
    const model = named(hovered.id);
    return model && <ModelDetails model={model} view={view} timeZone={timeZone} brief />;
  }
  const link = view.links.find(({ source, target }) => source === hovered.source && target === hovered.target);
  return (
    link && (
      <div>
        <strong>
          {named(link.source)?.name} → {named(link.target)?.name}
        </strong>
        <FlowList flows={link.flows} />
        <AlertList alerts={{ count: link.alerts.length, items: link.alerts }} timeZone={timeZone} limit={3} brief />
      </div>
    )
  );
}
