import {
  CustomVariableSupport,
  type DataFrame,
  type DataSourceApi,
  isDataFrame,
  type MetricFindValue,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import type { View } from '../../src/host/views';
import { dataRequest } from './queries';

/** Runs a variable query through the data source's own variable support, as a dashboard does. */
export async function variableValues(
  datasource: DataSourceApi,
  query: { refId: string } & Record<string, unknown>,
  view: Pick<View, 'range' | 'width'>
): Promise<Array<{ text: string; value: string }>> {
  if (!(datasource.variables instanceof CustomVariableSupport)) {
    throw new Error('the data source plugin has no variable support of its own');
  }
  const response = await lastValueFrom(datasource.variables.query(dataRequest([query], view)));
  return response.data.flatMap((item: DataFrame | MetricFindValue) =>
    isDataFrame(item) ? frameValues(item) : [{ text: item.text, value: String(item.value ?? item.text) }]
  );
}

function frameValues(frame: DataFrame): Array<{ text: string; value: string }> {
  const texts = frame.fields.find((field) => field.name === 'text') ?? frame.fields[0];
  const values = frame.fields.find((field) => field.name === 'value') ?? texts;
  return (texts?.values ?? []).map((text: unknown, index) => ({
    text: String(text),
    value: String(values?.values[index]),
  }));
}
