import {
  CoreApp,
  type AbstractQuery,
  type AdHocVariableFilter,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetDrilldownsApplicabilityOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DrilldownsApplicability,
  type MetricFindValue,
  type QueryFixAction,
  type ScopedVars,
} from '@grafana/data';
import { config, DataSourceWithBackend, getGrafanaLiveSrv, getTemplateSrv } from '@grafana/runtime';
import type { Catalogue } from '@pneumograph/contract';
import { defer, map, merge, type Observable } from 'rxjs';
import { annotationSupport, asAnnotations } from './annotations/support';
import { CatalogueSource } from './catalogue/CatalogueSource';
import { reasonOf } from './catalogue/reason';
import { addLinks, linkContext } from './links/links';
import { followPanel, liveTargets } from './live/panel';
import { dashboardFilters, narrow } from './query/adhoc';
import { isComplete, NEW_QUERY } from './query/defaults';
import { describe } from './query/describe';
import { emptied } from './query/empty';
import { fromLabels, narrowTo, toLabels } from './query/explore';
import { interpolate } from './query/interpolate';
import { templateOf } from './query/template';
import type { WorkflowOptions, WorkflowQuery } from './types';
import { applicability } from './variables/applicability';
import { filterKeys, filterValues, makeFilterable } from './variables/filters';
import { WorkflowVariableSupport } from './variables/support';

/** The browser's side of the data source: queries run in the plugin's backend. */
export class DataSource extends DataSourceWithBackend<WorkflowQuery, WorkflowOptions> {
  readonly catalogue: CatalogueSource;
  private readonly options: WorkflowOptions;

  constructor(settings: DataSourceInstanceSettings<WorkflowOptions>) {
    super(settings);
    this.options = settings.jsonData;
    // Editors show the reason of a failure themselves.
    this.catalogue = new CatalogueSource((params) =>
      this.getResource<Catalogue>('catalog', params, { showErrorAlert: false })
    );
    this.variables = new WorkflowVariableSupport(this);
    this.annotations = annotationSupport;
  }

  getDefaultQuery(_app: CoreApp): Partial<WorkflowQuery> {
    return { ...NEW_QUERY, models: [], slots: [], engines: [], workflow: this.options.defaultWorkflow ?? '' };
  }

  filterQuery(query: WorkflowQuery): boolean {
    return isComplete(query);
  }

  query(request: DataQueryRequest<WorkflowQuery>): Observable<DataQueryResponse> {
    // What cannot be asked is thrown while variables are replaced: deferred, the panel shows it.
    return defer(() => this.answers(request)).pipe(
      map((response) => {
        const annotated = asAnnotations(response.data, request.targets);
        const data = emptied(annotated, request.targets, request.panelPluginId);
        // Whoever sees a public dashboard can open no other.
        if (this.options.dashboardLinks !== false && !config.publicDashboardAccessToken) {
          addLinks(data, linkContext(this.uid, this.options, request.range));
        }
        makeFilterable(data);
        return { ...response, data };
      })
    );
  }

  /** Answers once; queries with the live switch go on. */
  private answers(request: DataQueryRequest<WorkflowQuery>): Observable<DataQueryResponse> {
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

  applyTemplateVariables(
    query: WorkflowQuery,
    scopedVars: ScopedVars,
    filters: AdHocVariableFilter[] = dashboardFilters(getTemplateSrv(), this.name)
  ): WorkflowQuery {
    const template = templateOf(getTemplateSrv(), scopedVars);
    return narrow(interpolate(query, template), filters, template);
  }

  interpolateVariablesInQueries(
    queries: WorkflowQuery[],
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[]
  ): WorkflowQuery[] {
    return queries.map((query) => ({
      ...this.applyTemplateVariables(query, scopedVars, filters),
      datasource: this.getRef(),
    }));
  }

  async getTagKeys(): Promise<MetricFindValue[]> {
    return filterKeys();
  }

  async getTagValues({
    key,
    filters,
    timeRange,
  }: DataSourceGetTagValuesOptions<WorkflowQuery>): Promise<MetricFindValue[]> {
    try {
      return filterValues(await this.catalogue.get(timeRange), key, filters ?? []);
    } catch (error) {
      throw new Error(`The values of ${key} could not be read. ${reasonOf(error)}`);
    }
  }

  async getDrilldownsApplicability(
    question?: DataSourceGetDrilldownsApplicabilityOptions<WorkflowQuery>
  ): Promise<DrilldownsApplicability[]> {
    return applicability(question ?? {});
  }

  getSupportedQueryModifications(): string[] {
    return ['ADD_FILTER'];
  }

  modifyQuery(query: WorkflowQuery, action: QueryFixAction): WorkflowQuery {
    return narrowTo(query, action);
  }

  async importFromAbstractQueries(queries: AbstractQuery[]): Promise<WorkflowQuery[]> {
    return queries.map((query) => fromLabels(query, this.getDefaultQuery(CoreApp.Explore)));
  }

  async exportToAbstractQueries(queries: WorkflowQuery[]): Promise<AbstractQuery[]> {
    return queries.map(toLabels);
  }

  getQueryDisplayText(query: WorkflowQuery): string {
    return describe(query);
  }
}
