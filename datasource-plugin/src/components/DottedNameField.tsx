import React, { useState } from 'react';
import { t } from '@grafana/i18n';
import { dottedName, METRICS, parseDottedName, type Metric } from '@pneumograph/contract';
import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';
import type { CompleteQuery } from '../query/defaults';
import type { WorkflowQuery } from '../types';
import { VERBATIM } from '../verbatim';

interface Props {
  id: string;
  query: CompleteQuery;
  /** Of the catalogue. */
  metrics: readonly Metric[];
  onChange: (part: Pick<WorkflowQuery, 'models' | 'slots'> & { metric: string }) => void;
}

/** Another way in: a name such as `lstm.0.rps` fills model, slot and metric on leaving the field. */
export function DottedNameField({ id, query, metrics, onChange }: Props) {
  const shown = nameOf(query, metrics);
  const [problem, setProblem] = useState<string>();
  const apply = (typed: string) => {
    const text = typed.trim();
    if (text === '' || text === shown) {
      setProblem(undefined);
      return;
    }
    const own = metrics.filter(({ name }) => METRICS.every((metric) => metric.name !== name));
    const dotted = parseDottedName(text, own);
    if (dotted === undefined) {
      setProblem(
        t(
          'query.by-name-error',
          '{{text}} does not end with a metric: expected a name such as lstm.0.rps or lstm.memory',
          { text, interpolation: VERBATIM }
        )
      );
      return;
    }
    setProblem(undefined);
    onChange({
      models: [dotted.model],
      slots: dotted.slot === undefined ? [] : [dotted.slot],
      metric: dotted.metric.name,
    });
  };
  return (
    <EditorField
      label={t('query.by-name', 'Or by name')}
      optional
      htmlFor={id}
      tooltip={t(
        'query.by-name-help',
        'The dotted name of a series, such as lstm.0.rps or lstm.memory, fills model, slot and metric'
      )}
      invalid={problem !== undefined}
      error={problem}
    >
      <Input
        // What is chosen elsewhere begins the field anew.
        key={shown}
        id={id}
        width={26}
        defaultValue={shown}
        placeholder="lstm.0.rps"
        onBlur={(event) => apply(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && apply(event.currentTarget.value)}
      />
    </EditorField>
  );
}

/** The name of what is chosen, where that is one series of one model. */
function nameOf({ models, slots, metric }: CompleteQuery, metrics: readonly Metric[]): string {
  const [model, slot] = [models[0], slots[0]];
  const slotted = metrics.find(({ name }) => name === metric)?.slotted;
  if (models.length !== 1 || model === undefined || metric === '' || slotted === undefined) {
    return '';
  }
  if (!slotted) {
    return dottedName(model, undefined, metric);
  }
  return slots.length === 1 && typeof slot === 'number' ? dottedName(model, slot, metric) : '';
}
