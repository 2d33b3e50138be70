import type { TemplateSrv } from '@grafana/runtime';

type Values = Record<string, string | string[]>;

/**
 * Replaces variables as Grafana does: a function formats the value itself, `text` is what people see, and without a
 * format several values are written as `{a,b}`. `texts` are the words of variables whose words are not their value.
 */
export function variableService(values: Values, texts: Record<string, string> = {}): TemplateSrv {
  return {
    getVariables: () =>
      Object.keys(values).map((name) => ({ name, type: 'query' })) as ReturnType<TemplateSrv['getVariables']>,
    containsTemplate: (text = '') => text.includes('$'),
    updateTimeRange: () => undefined,
    replace: (text = '', scopedVars = {}, format?: string | Function) =>
      text.replace(/\$\{(\w+)\}|\$(\w+)/g, (match, braced?: string, plain?: string) => {
        const name = braced ?? plain ?? '';
        const value: unknown = scopedVars[name]?.value ?? values[name];
        if (value === undefined) {
          return match;
        }
        if (typeof format === 'function') {
          return String(format(value));
        }
        if (format === 'text') {
          return texts[name] ?? String(value);
        }
        return Array.isArray(value) && value.length > 1 ? `{${value.join(',')}}` : String(value);
      }),
  };
}
