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

const NAME = [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }];
const IF_MATCH = { name: 'If-Match', in: 'header', required: false, schema: { type: 'string' } };
const DRY_RUN = { name: 'dryRun', in: 'query', required: false, schema: { type: 'boolean' } };
const CONTENT = {
  definition: { type: 'string', description: 'YAML' },
  files: { type: 'object', additionalProperties: { type: 'string', contentEncoding: 'base64' } },
};
const MOVE = {
  type: 'object',
  required: ['version'],
  properties: { version: { type: 'integer' }, comment: { type: 'string' }, confirm: { type: 'integer' } },
};
const OBJECT = { type: 'object' };
/** How calls fail beside the ways that all do. */
const FURTHER = {
  '403': json('Another role is needed', OBJECT),
  '404': json('There is none such', OBJECT),
  '409': json('It was changed since, or reaches more than was said, or is not what was published', OBJECT),
  '428': json('A change needs If-Match with the revision', OBJECT),
};

/** What the API has of monitors. */
export function monitorPaths(common: object): object {
  const failures = { ...common, ...FURTHER };
  const get = (summary: string, parameters: object[] = NAME) => ({
    get: { summary, parameters, responses: { '200': json(summary, OBJECT), ...failures } },
  });
  const post = (summary: string, properties: object, parameters: object[], status = '200') => ({
    post: {
      summary,
      parameters,
      requestBody: { required: true, content: { 'application/json': { schema: properties } } },
      responses: { [status]: json(summary, OBJECT), ...failures },
    },
  });
  const published = {
    type: 'object',
    required: ['definition'],
    properties: { ...CONTENT, comment: { type: 'string' } },
  };
  const tested = {
    type: 'object',
    required: ['definition', 'stream', 'records'],
    properties: { ...CONTENT, stream: OBJECT, records: { type: 'array' } },
  };
  const version = { name: 'version', in: 'path', required: true, schema: { type: 'integer' } };
  return {
    '/api/v1/monitors': {
      ...get('Monitors and how they do', []),
      ...post('Publish a version, as a draft; as editor', published, [DRY_RUN, IF_MATCH], '201'),
    },
    '/api/v1/monitors/test': post('What a definition would say of records; as editor', tested, []),
    '/api/v1/monitors/{name}': get('A monitor, its versions and what it reaches'),
    '/api/v1/monitors/{name}/versions/{version}': get('A version with its definition and files', [...NAME, version]),
    '/api/v1/monitors/{name}/history': get('Who did what when'),
    '/api/v1/monitors/{name}/compare': get('The alerts of the active version and the shadow'),
    '/api/v1/monitors/{name}/shadow': post('Run a version beside the active one; as editor', MOVE, [
      ...NAME,
      DRY_RUN,
      IF_MATCH,
    ]),
    '/api/v1/monitors/{name}/activate': post('Put a version in force; as admin', MOVE, [...NAME, DRY_RUN, IF_MATCH]),
    '/api/v1/monitors/{name}/retire': post('Take a version out of force; as admin', MOVE, [...NAME, DRY_RUN, IF_MATCH]),
  };
}

/** What the API has of alerts beside their list. */
export function alertPaths(common: object): object {
  const failures = { ...common, '403': FURTHER['403'], '404': FURTHER['404'] };
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
