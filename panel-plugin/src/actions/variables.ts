import type { TypedVariableModel } from '@grafana/data';
import { getTemplateSrv, locationService } from '@grafana/runtime';

/** What a dashboard variable holds; a variable that the dashboard does not have holds nothing. */
export interface Chosen {
  values: string[];
  /** Whether it may have several values. */
  multi: boolean;
  /** Whether it can stand for all values. */
  all: boolean;
}

const ALL = '$__all';

export function chosenOf(name: string): Chosen {
  const variable: TypedVariableModel | undefined = getTemplateSrv()
    .getVariables()
    .find((one) => one.name === name);
  const isChoice = variable !== undefined && 'multi' in variable;
  const current: unknown = variable !== undefined && 'current' in variable ? variable.current : undefined;
  const value = typeof current === 'object' && current !== null && 'value' in current ? current.value : undefined;
  const values = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '');
  return {
    values,
    multi: isChoice && variable.multi,
    all: isChoice && 'includeAll' in variable && variable.includeAll,
  };
}

/**
 * What a variable holds after a click: a value of several is added, or removed where it is there already; without any left
 * it stands for all. A variable of one value holds the clicked one, or all again where it held that and can.
 */
export function afterClick({ values, multi, all }: Chosen, value: string): string[] {
  const others = values.filter((one) => one !== value && one !== ALL);
  const isThere = values.includes(value);
  const next = multi ? (isThere ? others : [...others, value]) : isThere && all ? [] : [value];
  return next.length === 0 && all ? [ALL] : next;
}

/** Sets a dashboard variable by the address, as a choice at the top of the dashboard does. */
export function setVariables(values: Record<string, string[]>): void {
  locationService.partial(
    Object.fromEntries(
      Object.entries(values).map(([name, own]) => [
        `var-${name}`,
        own.length === 1 ? own[0] : own.length === 0 ? '' : own,
      ])
    )
  );
}
