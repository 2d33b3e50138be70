import React, { useCallback, useMemo, useState } from 'react';
import { LoadingState, type DataFrame, type PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { buildView, modelLinks, type HealthView, type ModelView } from '../../model';
import { migrateOptions, type PanelOptions, type ViewName } from '../../options';
import { EmptyState } from '../EmptyState';
import { GridView } from '../GridView';
import { TableView } from '../TableView';
import { TimelineView } from '../TimelineView';
import { ViewSwitch } from '../ViewSwitch';
import { isInEditor, WorkflowGraph } from '../WorkflowGraph';

interface Picture {
  view: HealthView;
  series: DataFrame[];
}

/** In a narrower panel the states need the room. */
const SWITCH_WIDTH = 360;

/** The panel: frames to view model, and the last picture as long as new data is on its way. */
export function WorkflowHealthPanel({
  data,
  options: stored,
  width,
  height,
  timeZone,
  timeRange,
  title,
  onOptionsChange,
}: PanelProps<PanelOptions>) {
  const theme = useTheme2();
  const options = useMemo(() => migrateOptions(stored), [stored]);
  const { series, annotations } = data;
  const picture = useMemo<Picture>(
    () => ({ view: buildView(series, annotations ?? [], { alerts: options.alerts }, theme), series }),
    [series, annotations, options.alerts, theme]
  );
  const drawable = picture.view.groups.length > 0;
  /** What was chosen at the panel, and the option that it stood in for: a change of that comes first. */
  const [chosen, setChosen] = useState<{ name: ViewName; of: ViewName | undefined }>({ name: 'graph', of: undefined });
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
  const name = chosen.of === options.view.name ? chosen.name : options.view.name;
  const tools = options.view.switch && width >= SWITCH_WIDTH && (
    <ViewSwitch value={name} onChange={(next) => setChosen({ name: next, of: options.view.name })} />
  );
  const common = { view: shown.view, width, height, timeZone, linksOf, tools, title };
  switch (name) {
    case 'graph':
      return <WorkflowGraph {...common} options={options} onOptions={isInEditor() ? onOptionsChange : undefined} />;
    case 'grid':
      return <GridView {...common} kind={options.view.rows} />;
    case 'timeline':
      return <TimelineView {...common} kind={options.view.rows} range={timeRange} />;
    case 'table':
      return <TableView {...common} />;
  }
}
