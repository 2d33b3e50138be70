import { formattedValueToString, type ScopedVars, type TimeRange, type TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

type Value = string | string[];
type Format = string | ((value: Value) => string) | undefined;

const VARIABLE = /\$(\w+)|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}|\[\[(\w+?)(?::(\w+))?\]\]/g;

/** Dashboard variables as plain values: what a dashboard with these values chosen gives to plugins. */
export class HostTemplates implements TemplateSrv {
  private values: Record<string, Value> = {};

  setValues(values: Record<string, Value>): void {
    this.values = values;
  }

  getVariables(): TypedVariableModel[] {
    return Object.entries(this.values).map(
      ([name, value]) =>
        ({ type: 'custom', name, id: name, multi: Array.isArray(value), current: { text: value, value } }) as never
    );
  }

  containsTemplate(target = ''): boolean {
    return [...target.matchAll(VARIABLE)].some((match) => (match[1] ?? match[2] ?? match[4] ?? '') in this.values);
  }

  replace(target = '', scopedVars: ScopedVars = {}, format?: Format): string {
    return target.replace(
      VARIABLE,
      (text, bare?: string, braced?: string, own?: string, old?: string, oldOwn?: string) => {
        const name = bare ?? braced ?? old ?? '';
        const value = valueOf(name, scopedVars) ?? this.values[name];
        return value === undefined ? text : formatted(value, own ?? oldOwn ?? format);
      }
    );
  }

  updateTimeRange(_range: TimeRange): void {}
}

/** What a template stands for in this place; of `__value` the text, the only part of it that our links use. */
function valueOf(name: string, scopedVars: ScopedVars): Value | undefined {
  const context = scopedVars['__dataContext']?.value;
  if (name !== '__value' || context?.field === undefined || context.rowIndex === undefined) {
    return scopedVars[name]?.value as Value | undefined;
  }
  const value: unknown = context.field.values[context.rowIndex];
  return context.field.display === undefined ? String(value) : formattedValueToString(context.field.display(value));
}

function formatted(value: Value, format: Format): string {
  if (typeof format === 'function') {
    return format(value);
  }
  const list = Array.isArray(value) ? value : [String(value)];
  switch (format) {
    case 'csv':
    case 'raw':
    case 'text':
      return list.join(',');
    case 'json':
      return JSON.stringify(value);
    case 'pipe':
      return list.join('|');
    default:
      return list.length === 1 ? (list[0] ?? '') : `{${list.join(',')}}`;
  }
}
