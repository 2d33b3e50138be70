import React from 'react';
import { alertsQuery, findMetric, messagesQuery, metricQuery, statusQuery, topologyQuery } from '@pneumograph/contract';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { DataSource } from '../datasource';
import { withDefaults } from '../query/defaults';
import { examples } from '../query/examples';
import type { WorkflowQuery } from '../types';
import { QueryHelp } from './QueryHelp';

const SCHEMAS = {
  ...{ metric: metricQuery, status: statusQuery, topology: topologyQuery },
  ...{ alerts: alertsQuery, messages: messagesQuery },
};

const DATASOURCE = {} as DataSource;

test.each(examples().map(({ title, query }) => [title, query] as const))(
  'a click on "%s" asks for it',
  async (title, query) => {
    const asked: WorkflowQuery[] = [];
    render(
      <QueryHelp
        datasource={DATASOURCE}
        query={{ refId: 'C', kind: 'metric' }}
        onClickExample={(next) => asked.push(next)}
      />
    );
    await userEvent.click(screen.getByRole('button', { name: title }));
    expect(asked).toEqual([{ ...query, refId: 'C' }]);
  }
);

test.each(examples().map(({ title, query }) => [title, query] as const))(
  '"%s" is what the contract knows',
  (_, query) => {
    const schema = SCHEMAS[query.kind as keyof typeof SCHEMAS];
    const { success } = schema.safeParse({ ...withDefaults({ ...query, refId: 'A' }) });
    expect(success).toBe(true);
    if (query.kind === 'metric') {
      expect(findMetric(query.metric ?? '')).toBeDefined();
    }
  }
);

test('where there is no query yet, an example becomes the first', async () => {
  const asked: WorkflowQuery[] = [];
  const nothing = undefined as unknown as WorkflowQuery;
  render(<QueryHelp datasource={DATASOURCE} query={nothing} onClickExample={(next) => asked.push(next)} />);
  await userEvent.click(screen.getAllByRole('button')[0]!);
  expect(asked[0]?.refId).toBe('A');
});
