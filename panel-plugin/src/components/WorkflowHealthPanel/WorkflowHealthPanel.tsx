import React, { memo, useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { LoadingState, type DataFrame, type PanelProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useTheme2 } from '@grafana/ui';
import { filterBy, filterLinks } from '../../actions';
import { alertLinks, buildView, EngineMemory, modelLinks, type HealthView, type ModelView } from '../../model';
import { migrateOptions, type PanelOptions, type ViewName } from '../../options';
import { EmptyState, MissingData } from '../EmptyState';
import { GridView } from '../GridView';
import { PanelServicesProvider, type PanelServices } from '../PanelContext';
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

/** Draws nothing while nobody can see it: what came meanwhile is drawn at once when the tab is seen again. */
export function WorkflowHealthPanel(props: PanelProps<PanelOptions>) {
  const visible = useSyncExternalStore(onVisibility, isVisible);
  return <VisiblePanel {...props} visible={visible} />;
}

const VisiblePanel = memo(HealthPanel, (_, { visible }) => !visible);

function onVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

function isVisible(): boolean {
  return document.visibilityState !== 'hidden';
}

/** Frames to view model, and the last picture as long as new data is on its way. */
function HealthPanel(props: PanelProps<PanelOptions> & { visible: boolean }) {
  const { data, options: stored, width, height, timeZone, timeRange, title, onOptionsChange } = props;
  const theme = useTheme2();
  const options = useMemo(() => migrateOptions(stored), [stored]);
  const { series, annotations, alertState: rule } = data;
  const { alerts, fields, actions } = options;
  const [memory] = useState(() => new EngineMemory());
  const picture = useMemo<Picture>(
    () => ({ view: buildView(series, annotations ?? [], { alerts, fields, rule }, theme, memory), series }),
    [series, annotations, alerts, fields, rule, theme, memory]
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
  const linksOf = useCallback(
    (model: ModelView) => [...(shownSeries ? modelLinks(model, shownSeries) : []), ...filterLinks(actions, model)],
    [shownSeries, actions]
  );
  const [openAlert, setOpenAlert] = useState<string | undefined>(undefined);
  const [from, to] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const services = useMemo<PanelServices>(
    () => ({
      range: { from, to },
      linksOfAlert: (alert) => (shownSeries ? alertLinks(alert, shownSeries) : []),
      onModel: actions.click === 'filter' ? (model) => filterBy(actions, model) : undefined,
      openAlert,
      onOpenAlert: setOpenAlert,
    }),
    [from, to, shownSeries, actions, openAlert]
  );

  const { name: stated, switch: hasSwitch } = options.view;
  const name = chosen.of === stated ? chosen.name : stated;
  const hasTools = hasSwitch && width >= SWITCH_WIDTH;
  // Kept from one update to the next, as are all buttons: they cost more than many a card.
  const tools = useMemo(
    () => hasTools && <ViewSwitch value={name} onChange={(next) => setChosen({ name: next, of: stated })} />,
    [hasTools, name, stated]
  );

  if (shown === undefined) {
    const failed = data.errors?.[0]?.message;
    if (waiting) {
      return <EmptyState title={t('empty.waiting', 'Waiting for the topology …')} />;
    }
    return failed ? (
      <EmptyState title={t('empty.failed', 'The query failed')} text={failed} />
    ) : (
      <MissingData {...props} missing={picture.view.missing} hasTopology={picture.view.hasTopology} />
    );
  }
  const common = { view: shown.view, width, height, timeZone, linksOf, tools, title };
  return (
    <PanelServicesProvider value={services}>
      {name === 'graph' && (
        <WorkflowGraph {...common} options={options} onOptions={isInEditor() ? onOptionsChange : undefined} />
      )}
      {name === 'grid' && <GridView {...common} kind={options.view.rows} />}
      {name === 'timeline' && <TimelineView {...common} kind={options.view.rows} range={timeRange} />}
      {name === 'table' && <TableView {...common} />}
    </PanelServicesProvider>
  );
}
