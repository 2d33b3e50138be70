import type { AdHocVariableFilter, DrilldownsApplicability } from '@grafana/data';
import { t } from '@grafana/i18n';
import { problemOf, tellsApart, FILTER_KEYS } from '../query/adhoc';
import type { WorkflowQuery } from '../types';
import { VERBATIM } from '../verbatim';

/** What Grafana asks about: the filters of a dashboard, and the queries of it or of one of its panels. */
export interface ApplicabilityQuestion {
  filters?: readonly AdHocVariableFilter[];
  groupByKeys?: readonly string[];
  queries?: readonly WorkflowQuery[];
}

/** Which filters narrow any of the queries. Grafana strikes through those that do not, and tells why. */
export function applicability({
  filters = [],
  groupByKeys = [],
  queries = [],
}: ApplicabilityQuestion): DrilldownsApplicability[] {
  return [
    ...filters.map((filter) => {
      const reason = problemOf(filter) ?? reasonAgainst(filter.key, queries);
      const { key, origin } = filter;
      return {
        key,
        applicable: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
        ...(origin === undefined ? {} : { origin }),
      };
    }),
    ...groupByKeys.map((key) => ({
      key,
      applicable: false,
      reason: t('filters.no-groups', 'Each query says itself what has a series of its own'),
    })),
  ];
}

function reasonAgainst(key: string, queries: readonly WorkflowQuery[]): string | undefined {
  const known = FILTER_KEYS.find((name) => name === key);
  const shown = queries.filter(({ hide }) => !hide);
  return shown.length === 0 || (known !== undefined && shown.some((query) => tellsApart(query, known)))
    ? undefined
    : t('filters.not-told', 'Nothing that is asked for here is told apart by {{key}}', {
        key,
        interpolation: VERBATIM,
      });
}
