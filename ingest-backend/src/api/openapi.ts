import { z } from 'zod';
import { ALERT_SEVERITIES, ALERT_STATES, ALERTS_LIMIT, pneumoMessage, query } from '@pneumograph/contract';
import { EXPORT_FORMATS, EXPORTS } from '../export/index.js';

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, details: {} },
    },
  },
};

const REJECTED = {
  type: 'array',
  items: { type: 'object', properties: { index: { type: 'integer' }, reason: { type: 'string' } } },
};

const RECEIPT = {
  type: 'object',
  required: ['accepted', 'skipped', 'rejected'],
  properties: {
    accepted: { type: 'integer' },
    skipped: { type: 'object', additionalProperties: { type: 'integer' } },
    rejected: REJECTED,
  },
};

const RECORD_RECEIPT = {
  type: 'object',
  required: ['accepted', 'rejected'],
  properties: { accepted: { type: 'integer' }, rejected: REJECTED },
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Sent again under the same key, a body is taken once and answered the same; another body is 422',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const ADDRESS = [
  { name: 'workflow', in: 'query', required: false, schema: { type: 'string' } },
  { name: 'model', in: 'query', required: true, schema: { type: 'string' } },
  { name: 'slot', in: 'query', required: true, schema: { type: 'integer', minimum: 0 } },
];

const INSTANT = { oneOf: [{ type: 'number' }, { type: 'string', format: 'date-time' }] };

const ALERTS = {
  type: 'object',
  required: ['alerts'],
  properties: {
    alerts: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          ...Object.fromEntries(
            ['id', 'name', 'text', 'monitor', 'workflow', 'model', 'engine'].map((name) => [name, { type: 'string' }])
          ),
          state: { enum: ALERT_STATES },
          severity: { enum: ALERT_SEVERITIES },
          startsAt: { type: 'string', format: 'date-time' },
          endsAt: { type: ['string', 'null'], format: 'date-time' },
          value: { type: ['number', 'null'] },
          slot: { type: ['integer', 'null'] },
          feature: { type: ['string', 'null'] },
          evidence: {},
        },
      },
    },
  },
};

const SELECTION_PARAMETERS = [
  ...list('state', { enum: ALERT_STATES }),
  ...list('severity', { enum: ALERT_SEVERITIES }),
  ...['model', 'monitor', 'feature', 'engine'].flatMap((name) => list(name, { type: 'string' })),
  ...list('slot', { type: 'integer', minimum: 0 }),
  { name: 'workflow', in: 'query', required: false, schema: { type: 'string' } },
];

const ALERT_PARAMETERS = [
  ...SELECTION_PARAMETERS,
  {
    name: 'limit',
    in: 'query',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 10_000, default: ALERTS_LIMIT },
  },
];

/** A parameter that may be given several times. */
function list(name: string, items: object): object[] {
  return [{ name, in: 'query', required: false, schema: { type: 'array', items }, style: 'form', explode: true }];
}

/** The description of the API that machines read. */
export function openApi(version: string): object {
  const message = z.toJSONSchema(pneumoMessage, { io: 'input', unrepresentable: 'any' });
  const oneQuery = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  const failures = Object.fromEntries(
    ['400', '401', '413', '429', '503'].map((status) => [status, json('Why it failed', ERROR)])
  );
  const range = ['from', 'to'].map((name) => ({ name, in: 'query', required: false, schema: INSTANT }));
  return {
    openapi: '3.1.0',
    info: { title: 'Pneumograph', version, description: 'Metrics of workflows of analytic models' },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{}, { token: [] }],
    paths: {
      '/api/v1/reports': {
        post: {
          summary: 'Hand in Pneumo messages: one, an array, or lines',
          parameters: [IDEMPOTENCY_KEY],
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: { oneOf: [message, { type: 'array', items: message }] } },
              'application/x-ndjson': { schema: { type: 'string' } },
            },
          },
          responses: { '200': json('What was taken in; it is durable', RECEIPT), ...failures },
        },
      },
      '/api/v1/records': {
        post: {
          summary: "Hand in records of a model's stream, in its encoding: one, an array, lines, or the bytes of one",
          parameters: [...ADDRESS, IDEMPOTENCY_KEY],
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: {} },
              'application/x-ndjson': { schema: { type: 'string' } },
              'text/csv': { schema: { type: 'string' } },
              'text/plain': { schema: { type: 'string' } },
              'avro/binary': { schema: { type: 'string', format: 'binary' } },
            },
          },
          responses: {
            '200': json('What was taken in, and what cannot be read; it is durable', RECORD_RECEIPT),
            ...failures,
          },
        },
      },
      '/api/v1/query': {
        post: {
          summary: 'Ask for frames',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['from', 'to', 'queries'],
                  properties: {
                    from: INSTANT,
                    to: INSTANT,
                    maxDataPoints: { type: 'number' },
                    intervalMs: { type: 'number' },
                    queries: { type: 'array', items: oneQuery },
                  },
                },
              },
            },
          },
          responses: { '200': json('Frames by refId', { type: 'object' }), ...failures },
        },
      },
      '/api/v1/stream': {
        get: {
          summary: 'Be told of what is new to a query, by server-sent events',
          parameters: [
            { name: 'query', in: 'query', required: true, content: { 'application/json': { schema: oneQuery } } },
            { name: 'intervalMs', in: 'query', required: false, schema: { type: 'number', minimum: 0 } },
            { name: 'from', in: 'query', required: false, schema: INSTANT },
            { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } },
          ],
          responses: {
            '200': { description: 'Events', content: { 'text/event-stream': { schema: { type: 'string' } } } },
            ...failures,
          },
        },
      },
      '/api/v1/catalog': {
        get: {
          summary: 'What can be asked for',
          parameters: range,
          responses: { '200': json('Workflows, models, engines, metrics', { type: 'object' }), ...failures },
        },
      },
      '/api/v1/alerts': {
        get: {
          summary: 'Alerts that touch a range, newest first',
          parameters: [...range, ...ALERT_PARAMETERS],
          responses: { '200': json('Alerts', ALERTS), ...failures },
        },
      },
      '/api/v1/export': {
        get: {
          summary: 'Points, by time, or alerts, newest first, of any number: streamed',
          parameters: [
            { name: 'what', in: 'query', required: false, schema: { enum: EXPORTS } },
            { name: 'format', in: 'query', required: false, schema: { enum: EXPORT_FORMATS } },
            ...range,
            ...SELECTION_PARAMETERS,
            ...list('metric', { type: 'string' }),
          ],
          responses: {
            '200': {
              description: 'A record a line, or a table',
              content: { 'application/x-ndjson': { schema: { type: 'string' } }, 'text/csv': { schema: { type: 'string' } } },
            },
            ...failures,
          },
        },
      },
      '/health/live': {
        get: { summary: 'Whether the process runs', responses: { '200': { description: 'It does' } } },
      },
      '/health/ready': {
        get: {
          summary: 'Whether it can do its work',
          responses: { '200': { description: 'It can' }, '503': { description: 'It cannot; reasons are given' } },
        },
      },
      '/metrics': { get: { summary: 'Self-metrics', responses: { '200': { description: 'Prometheus text' } } } },
    },
  };
}

function json(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}
