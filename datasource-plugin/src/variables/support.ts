import {
  createDataFrame,
  CustomVariableSupport,
  FieldType,
  type DataQueryRequest,
  type DataQueryResponse,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { from, map, type Observable } from 'rxjs';
import { reasonOf } from '../catalogue/reason';
import type { DataSource } from '../datasource';
import { expandList, templateOf } from '../query/template';
import { translated } from '../translations';
import type { WorkflowVariableQuery } from '../types';
import { completeVariableQuery, listValues, type VariableValue } from './lists';
import { VariableQueryEditor } from './VariableQueryEditor';

/** Dashboard variables that list what the catalogue knows. */
export class WorkflowVariableSupport extends CustomVariableSupport<DataSource, WorkflowVariableQuery> {
  editor = translated(VariableQueryEditor);

  constructor(private readonly datasource: DataSource) {
    super();
  }

  /** What the editor shows at first: Grafana runs no query that was not saved. */
  getDefaultQuery(): WorkflowVariableQuery {
    return completeVariableQuery(undefined);
  }

  query(request: DataQueryRequest<WorkflowVariableQuery>): Observable<DataQueryResponse> {
    return from(this.values(request)).pipe(map((values) => ({ data: [frameOf(values)] })));
  }

  private async values(request: DataQueryRequest<WorkflowVariableQuery>): Promise<VariableValue[]> {
    const query = completeVariableQuery(request.targets[0]);
    const template = templateOf(getTemplateSrv(), request.scopedVars);
    try {
      const catalogue = await this.datasource.catalogue.get(request.range);
      return listValues(catalogue, query.list, {
        workflows: expandList([query.workflow], template),
        models: expandList(query.models, template),
      });
    } catch (error) {
      throw new Error(`The list of ${query.list} could not be read. ${reasonOf(error)}`);
    }
  }
}

function frameOf(values: VariableValue[]) {
  return createDataFrame({
    fields: [
      { name: 'text', type: FieldType.string, values: values.map(({ text }) => text) },
      { name: 'value', type: FieldType.string, values: values.map(({ value }) => value) },
    ],
  });
}
