import { ALERT_STATES } from '@pneumograph/contract';
import { json } from './openapi-parts.js';

const TIME = { type: 'string', format: 'date-time' };
const MATCHERS = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['label', 'value'],
    properties: {
      label: { type: 'string' },
      value: { type: 'string', description: 'Stars stand for any characters' },
      not: { type: 'boolean' },
    },
  },
};
const SILENCE = {
  type: 'object',
  properties: {
    ...{ id: { type: 'string' }, matchers: MATCHERS, startsAt: TIME, endsAt: TIME },
    ...{ author: { type: 'string' }, comment: { type: 'string' }, state: { enum: ['pending', 'active', 'expired'] } },
  },
};
const NEW_SILENCE = {
  type: 'object',
  required: ['matchers', 'comment'],
  properties: {
    ...{ matchers: MATCHERS, comment: { type: 'string' }, author: { type: 'string' } },
    startsAt: { oneOf: [{ type: 'number' }, TIME] },
    endsAt: { oneOf: [{ type: 'number' }, TIME] },
    for: { type: 'string', description: 'In place of endsAt, such as 2h' },
  },
};
const STEPS = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    steps: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          ...{ number: { type: 'integer' }, state: { enum: ALERT_STATES }, time: TIME, text: { type: 'string' } },
          ...{ value: { type: ['number', 'null'] }, reason: { type: ['string', 'null'] } },
        },
      },
    },
  },
};
const ID = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];

/** What the API has of alerts beside their list. */
export function alertPaths(failures: object): object {
  return {
    '/api/v1/alerts/{id}': {
      get: {
        summary: 'What an alert went through, oldest first',
        parameters: ID,
        responses: { '200': json('Its steps', STEPS), ...failures },
      },
    },
    '/api/v1/silences': {
      get: { summary: 'Silences, newest first', responses: { '200': json('Silences', SILENCE), ...failures } },
      post: {
        summary: 'Keep notifications of alerts back for a while; as editor',
        requestBody: { required: true, content: { 'application/json': { schema: NEW_SILENCE } } },
        responses: { '201': json('The silence; it is durable', SILENCE), ...failures },
      },
    },
    '/api/v1/silences/{id}': {
      delete: {
        summary: 'End a silence now; as editor',
        parameters: ID,
        responses: { '200': json('The silence, over', SILENCE), ...failures },
      },
    },
  };
}
