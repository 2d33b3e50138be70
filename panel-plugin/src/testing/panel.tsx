import React from 'react';
import { dateTime, EventBusSrv, LoadingState, type DataFrame, type PanelProps } from '@grafana/data';
import { WorkflowHealthPanel } from '../components/WorkflowHealthPanel';
import { DEFAULT_OPTIONS, type PanelOptions } from '../options';

export interface Overrides extends Partial<Omit<PanelProps<PanelOptions>, 'timeRange'>> {
  annotations?: DataFrame[];
  state?: LoadingState;
  /** Epoch milliseconds. */
  range?: { from: number; to: number };
  view?: Partial<PanelOptions['view']>;
  layout?: Partial<PanelOptions['layout']>;
}

/** The panel as a dashboard shows it; `overrides` are for what a test is about. */
export function panel(series: DataFrame[], overrides: Overrides = {}) {
  const { annotations, state = LoadingState.Done, range = { from: 0, to: 0 }, view, layout, ...props } = overrides;
  const [from, to] = [dateTime(range.from), dateTime(range.to)];
  const timeRange = { from, to, raw: { from, to } };
  return (
    <WorkflowHealthPanel
      id={1}
      data={{ series, annotations, state, timeRange }}
      timeRange={timeRange}
      timeZone="utc"
      options={{
        ...DEFAULT_OPTIONS,
        view: { ...DEFAULT_OPTIONS.view, ...view },
        layout: { ...DEFAULT_OPTIONS.layout, ...layout },
      }}
      transparent={false}
      width={1200}
      height={500}
      fieldConfig={{ defaults: {}, overrides: [] }}
      renderCounter={0}
      title="Workflow"
      eventBus={new EventBusSrv()}
      onOptionsChange={() => {}}
      onFieldConfigChange={() => {}}
      replaceVariables={(text) => text}
      onChangeTimeRange={() => {}}
      {...props}
    />
  );
}
