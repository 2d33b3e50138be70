import { z } from 'zod';
import { connection } from './connection.js';

export const ENCODINGS = ['json', 'utf-8', 'csv', 'avro-binary'] as const;

/** What a stream is attached to: the slot of a model in a workflow. */
const address = { workflow: z.string().default(''), model: z.string().min(1), slot: z.int().min(0) };

/** An Avro schema, or the path of a file that holds one: a text that names no primitive type is a path. */
const schema = z.union([z.string().min(1), z.record(z.string(), z.unknown()), z.array(z.unknown())], {
  error: 'expected an Avro schema, or the path of a file that holds one',
});
const format = {
  schema: schema.optional(),
  columns: z.array(z.string().min(1)).min(1).optional(),
  wireFormat: z.literal('confluent').optional(),
};
const encoding = z.enum(ENCODINGS);

interface Format {
  readonly encoding: z.infer<typeof encoding>;
  readonly schema?: unknown;
  readonly columns?: readonly string[] | undefined;
  readonly wireFormat?: 'confluent' | undefined;
}

/** Keys that belong to one encoding, and those that it needs. */
function checkFormat({ issues, value }: z.core.ParsePayload<Format>): void {
  const complain = (path: string, message: string): void => {
    issues.push({ code: 'custom', input: value, path: [path], message });
  };
  if (value.columns !== undefined && value.encoding !== 'csv') {
    complain('columns', `expected columns for encoding csv alone (this is ${value.encoding})`);
  }
  if (value.wireFormat !== undefined && value.encoding !== 'avro-binary') {
    complain('wireFormat', `expected a wire format for encoding avro-binary alone (this is ${value.encoding})`);
  }
  if (value.schema === undefined && value.encoding === 'avro-binary') {
    complain('schema', 'expected an Avro schema, or the path of a file that holds one');
  }
}

const kafkaStream = z
  .strictObject({
    ...address,
    kind: z.literal('kafka'),
    ...connection,
    topic: z.string().min(1),
    /** One of its own for each stream, if left out. */
    groupId: z.string().min(1).optional(),
    encoding,
    ...format,
  })
  .check(checkFormat)
  .refine((stream) => stream.encoding !== 'csv' || stream.columns !== undefined || stream.schema !== undefined, {
    path: ['columns'],
    error: 'expected the names of the columns, since a message has no header line',
  });
const fileStream = z
  .strictObject({
    ...address,
    kind: z.literal('file'),
    path: z.string().min(1),
    follow: z.boolean().default(false),
    /** Where a record says when it came, since a file does not: a field such as `meta.at`. */
    time: z.string().min(1).optional(),
    encoding: z.enum(['json', 'utf-8', 'csv'], {
      error: 'expected one of json, utf-8, csv: a file is read line by line',
    }),
    ...format,
  })
  .check(checkFormat);
const httpStream = z.strictObject({ ...address, kind: z.literal('http'), encoding, ...format }).check(checkFormat);

/** A stream in this configuration's own words. */
export const plainStream = z.discriminatedUnion('kind', [kafkaStream, fileStream, httpStream]);

const transport = z.discriminatedUnion('Type', [
  z.strictObject({
    Type: z.literal('kafka'),
    Topic: z.string().min(1),
    BootstrapServers: z.array(z.string().min(1)).min(1),
  }),
  z.strictObject({ Type: z.literal('file'), Path: z.string().min(1) }),
  z.strictObject({ Type: z.literal('REST') }),
]);
const lineEnd = z.enum(['\n', '\r\n'], { error: 'expected "\\n" or "\\r\\n", a record a line' });

/** A stream in the words of engines. What says nothing of how records are read is taken in and left aside. */
export const streamDescriptor = z
  .strictObject({
    Envelope: z
      .union(
        [z.literal('delimited'), z.strictObject({ Type: z.literal('delimited'), Separator: lineEnd.optional() })],
        { error: 'expected null or "delimited" by line ends' }
      )
      .nullish(),
    Transport: z.preprocess((value) => (value === 'REST' ? { Type: value } : value), transport),
    Encoding: encoding,
    Schema: z
      .union([z.string().min(1), z.record(z.string(), z.unknown()), z.array(z.unknown())])
      .nullish()
      .refine((value) => !(typeof value === 'object' && value !== null && '$ref' in value), {
        error: 'expected the schema itself: what a reference names is not known here, say it as `schema`',
      }),
    Version: z.unknown().optional(),
    Description: z.unknown().optional(),
    Batching: z.unknown().optional(),
  })
  .refine(({ Envelope, Transport }) => Transport.Type !== 'kafka' || (Envelope ?? null) === null, {
    path: ['Envelope'],
    error: 'expected null: a message of Kafka is one record',
  });

const describedStream = z.strictObject({
  ...address,
  kind: z.undefined({ error: 'expected one of kafka, file, http, or none with `descriptor`' }).optional(),
  descriptor: z.union([z.string().min(1), streamDescriptor]),
  ...format,
  groupId: z.string().min(1).optional(),
  clientId: connection.clientId.optional(),
  tls: connection.tls.optional(),
  sasl: connection.sasl,
  follow: z.boolean().optional(),
  time: z.string().min(1).optional(),
});

export const streams = z
  .array(z.discriminatedUnion('kind', [kafkaStream, fileStream, httpStream, describedStream]))
  .check(({ value, issues }) => {
    const unique = (path: string, keys: ReadonlyArray<string | undefined>, message: string): void =>
      keys.forEach((key, index) => {
        if (key !== undefined && keys.indexOf(key) < index) {
          issues.push({ code: 'custom', input: value, path: [index, path], message });
        }
      });
    unique(
      'slot',
      value.map(({ workflow, model, slot }) => JSON.stringify([workflow, model, slot])),
      'expected one stream for each workflow, model and slot'
    );
    unique(
      'groupId',
      value.map((stream) => ('groupId' in stream ? stream.groupId : undefined)),
      'expected a groupId of its own for each stream: members of one group share the records'
    );
  });

export type PlainStream = z.infer<typeof plainStream>;
export type StreamDescriptor = z.infer<typeof streamDescriptor>;
export type StreamConfiguration = z.infer<typeof streams>[number];
