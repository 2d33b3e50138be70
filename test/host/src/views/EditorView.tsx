import {
  CoreApp,
  CustomVariableSupport,
  type DataSourceApi,
  DataSourcePluginContextProvider,
  type PanelData,
  type QueryEditorProps,
} from '@grafana/data';
import { type ComponentType, useRef, useState } from 'react';
import type { QueryEditorView, VariableEditorView } from '../../../src/host/views';
import { runQueries, timeRange } from '../queries';
import type { HostDataSources } from '../services/datasources';

const APPS = {
  'panel-editor': CoreApp.PanelEditor,
  explore: CoreApp.Explore,
  'unified-alerting': CoreApp.UnifiedAlerting,
};

type Query = { refId: string } & Record<string, unknown>;
/** A plugin's editor takes queries of its own kind, of which the host knows the refId alone. */
type Editor = ComponentType<
  Omit<QueryEditorProps<DataSourceApi>, 'query' | 'onChange'> & { query: Query; onChange: (query: Query) => void }
>;

interface Props {
  view: QueryEditorView | VariableEditorView;
  datasources: HostDataSources;
  /** Called with every query that the editor saves. */
  onSaved: (query: Query) => void;
  onData: (data: PanelData) => void;
}

/** An editor of queries, annotations or variables, over a data source that really answers. */
export function EditorView({ view, datasources, onSaved, onData }: Props) {
  const { instance } = datasources;
  const [query, setQuery] = useState<Query>({
    ...(view.kind === 'annotation-editor'
      ? instance.annotations?.getDefaultQuery?.()
      : instance.getDefaultQuery?.(CoreApp.PanelEditor)),
    ...view.query,
  });
  const [data, setData] = useState<PanelData>();
  const Editor = editorOf(view.kind, instance);

  // Editors save and run in one go: what runs is what was saved last, drawn or not.
  const newest = useRef(query);
  const save = (changed: Query) => {
    newest.current = changed;
    setQuery(changed);
    onSaved(changed);
  };
  const run = () => {
    void runQueries(instance, [newest.current], view).then((answer) => {
      setData(answer);
      onData(answer);
    });
  };
  return (
    <DataSourcePluginContextProvider instanceSettings={datasources.getInstanceSettings()}>
      <Editor
        datasource={instance}
        query={query}
        onChange={save}
        onRunQuery={run}
        range={timeRange(view.range)}
        data={data}
        queries={[query]}
        app={APPS[('app' in view && view.app) || 'panel-editor']}
      />
    </DataSourcePluginContextProvider>
  );
}

function editorOf(kind: Props['view']['kind'], instance: DataSourceApi): Editor {
  if (kind === 'query-editor') {
    const editor = instance.components?.QueryEditor;
    if (editor === undefined) {
      throw new Error('the data source plugin has no query editor');
    }
    return editor as unknown as Editor;
  }
  if (kind === 'annotation-editor') {
    const editor = instance.annotations?.QueryEditor;
    if (editor === undefined) {
      throw new Error('the data source plugin has no editor of annotations');
    }
    return editor as unknown as Editor;
  }
  if (!(instance.variables instanceof CustomVariableSupport)) {
    throw new Error('the data source plugin has no variable editor of its own');
  }
  return instance.variables.editor;
}
