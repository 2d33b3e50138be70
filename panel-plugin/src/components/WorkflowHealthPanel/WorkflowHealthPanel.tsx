import React, { useCallback, useMemo, useState } from 'react';
import { LoadingState, type DataFrame, type PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { buildView, modelLinks, type HealthView, type ModelView } from '../../model';
import { migrateOptions, type PanelOptions } from '../../options';
import { EmptyState } from '../EmptyState';
import { WorkflowGraph } from '../WorkflowGraph';

interface Picture {
  view: HealthView;
  series: DataFrame[];
}

/** The panel: frames to view model, and the last picture as long as new data is on its way. */
export function WorkflowHealthPanel({ data, options: stored, width, height, timeZone }: PanelProps<PanelOptions>) {
  const theme = useTheme2();
  const options = useMemo(() => migrateOptions(stored), [stored]);
  const { series, annotations } = data;
  const picture = useMemo<Picture>(
    () => ({ view: buildView(series, annotations ?? [], { alerts: options.alerts }, theme), series }),
    [series, annotations, options.alerts, theme]
  );
  const drawable = picture.view.groups.length > 0;
  const [last, setLast] = useState<Picture | undefined>(undefined);
  if (drawable && last !== picture) {
    setLast(picture);
  }
  const waiting = data.state === LoadingState.Loading || data.state === LoadingState.Streaming;
  const keeps = waiting || data.state === LoadingState.Error;
  const shown = drawable ? picture : keeps ? last : undefined;
  const shownSeries = shown?.series;
  const linksOf = useCallback((model: ModelView) => (shownSeries ? modelLinks(model, shownSeries) : []), [shownSeries]);

  if (shown === undefined) {
    const failed = data.errors?.[0]?.message;
    return waiting ? (
      <EmptyState title="Waiting for the topology …" missing={[]} series={[]} />
    ) : (
      <EmptyState
        title={failed ? 'The query failed' : 'No workflow to show'}
        missing={failed ? [failed] : picture.view.missing}
        series={failed ? [] : series}
      />
    );
  }
  return (
    <WorkflowGraph
      view={shown.view}
      options={options}
      width={width}
      height={height}
      timeZone={timeZone}
      linksOf={linksOf}
    />
  );
}
