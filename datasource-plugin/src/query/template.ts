import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

/** Reads texts that may hold template variables. */
export interface Template {
  /** Every value that the text stands for: `lstm-$n` with the values 1 and 2 is `lstm-1` and `lstm-2`. */
  values(text: string): string[];
  /** The text with each variable as people see it: several values joined, All as `All`. */
  words(text: string): string;
  /** The text with each variable put in, several values in Grafana's usual form. */
  fill(text: string): string;
}

// Stands where a text held a variable, around the JSON of its values. No name that a person types holds it.
const MARK = '\u0001';

/** A template over Grafana's variables, with those of one panel or row on top. */
export function templateOf(srv: Pick<TemplateSrv, 'replace'>, scopedVars: ScopedVars = {}): Template {
  return {
    values: (text) => {
      const marked = srv.replace(
        text.replaceAll(MARK, ''),
        scopedVars,
        (value: unknown) => MARK + JSON.stringify(Array.isArray(value) ? value : [value]) + MARK
      );
      // Literal text and values take turns.
      return marked
        .split(MARK)
        .map((part, index) => (index % 2 === 0 ? [part] : (JSON.parse(part) as unknown[]).map(String)))
        .reduce((heads, tails) => heads.flatMap((head) => tails.map((tail) => head + tail)), ['']);
    },
    words: (text) => srv.replace(text, scopedVars, 'text'),
    fill: (text) => srv.replace(text, scopedVars),
  };
}

// What people set as the custom value of All, and what Grafana itself writes for it.
const ALL = new Set(['*', '.*', '$__all']);

/**
 * The values of a list whose items may be variables, each once. Empty means everything: where a variable is empty,
 * or one of the values says all.
 */
export function expandList(items: readonly string[], template: Template): string[] {
  const values = items.flatMap((item) => template.values(item)).filter((value) => value !== '');
  return values.some((value) => ALL.has(value)) ? [] : [...new Set(values)];
}

/**
 * The one value of a field that takes no list, or undefined where it is empty or All.
 * @throws Error in plain words where a variable has several values, but not all of them.
 */
export function expandOne(what: string, text: string, template: Template): string | undefined {
  const values = expandList([text], template);
  if (values.length > 1 && template.words(text) !== 'All') {
    throw new Error(
      `A query reads one ${what}, but ${text} stands for ${values.length} (${values.slice(0, 3).join(', ')}). ` +
        `Choose one value of the variable, or turn its multi-value option off.`
    );
  }
  return values.length === 1 ? values[0] : undefined;
}
