import type {
  CoreApp,
  DataQueryRequest,
  DataQueryResponse,
  DataSourceInstanceSettings,
  ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getGrafanaLiveSrv, getTemplateSrv } from '@grafana/runtime';
import type { Catalogue } from '@pneumograph/contract';
import { merge, type Observable } from 'rxjs';
import { CatalogueSource } from './catalogue/CatalogueSource';
import { followPanel, liveTargets } from './live/panel';
import { isComplete, NEW_QUERY } from './query/defaults';
import { describe } from './query/describe';
import { interpolate } from './query/interpolate';
import { templateOf } from './query/template';
import type { WorkflowOptions, WorkflowQuery } from './types';
import { WorkflowVariableSupport } from './variables/support';

/** The browser's side of the data source: queries run in the plugin's backend. */
export class DataSource extends DataSourceWithBackend<WorkflowQuery, WorkflowOptions> {
  readonly catalogue: CatalogueSource;
  private readonly defaultWorkflow: string;

  constructor(settings: DataSourceInstanceSettings<WorkflowOptions>) {
    super(settings);
    this.defaultWorkflow = settings.jsonData.defaultWorkflow ?? '';
    // Editors show the reason of a failure themselves.
    this.catalogue = new CatalogueSource((params) =>
      this.getResource<Catalogue>('catalog', params, { showErrorAlert: false })
    );
    this.variables = new WorkflowVariableSupport(this);
    // Rows with a time become annotations: those of alerts, above all.
    this.annotations = { getDefaultQuery: () => ({ kind: 'alerts' }) };
  }

  getDefaultQuery(_app: CoreApp): Partial<WorkflowQuery> {
    return { ...NEW_QUERY, models: [], slots: [], engines: [], workflow: this.defaultWorkflow };
  }

  query(request: DataQueryRequest<WorkflowQuery>): Observable<DataQueryResponse> {
    const live = getGrafanaLiveSrv();
    const targets = live ? liveTargets(request).filter((query) => this.filterQuery(query)) : [];
    if (targets.length === 0) {
      return super.query(request);
    }
    const backend: DataSourceWithBackend<WorkflowQuery, WorkflowOptions> = this;
    const followed = followPanel(
      { ...request, targets },
      {
        uid: this.uid,
        live,
        interpolate: (query) => backend.applyTemplateVariables(query, request.scopedVars, request.filters),
        ask: (asked) => super.query(asked),
      }
    );
    const others = request.targets.filter((query) => !targets.includes(query));
    return others.length === 0 ? followed : merge(super.query({ ...request, targets: others }), followed);
  }

  filterQuery(query: WorkflowQuery): boolean {
    return isComplete(query);
  }

  applyTemplateVariables(query: WorkflowQuery, scopedVars: ScopedVars): WorkflowQuery {
    return interpolate(query, templateOf(getTemplateSrv(), scopedVars));
  }

  interpolateVariablesInQueries(queries: WorkflowQuery[], scopedVars: ScopedVars): WorkflowQuery[] {
    return queries.map((query) => ({ ...this.applyTemplateVariables(query, scopedVars), datasource: this.getRef() }));
  }

  getQueryDisplayText(query: WorkflowQuery): string {
    return describe(query);
  }
}
