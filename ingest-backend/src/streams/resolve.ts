import { readFile } from 'node:fs/promises';
import {
  ConfigurationError,
  explain,
  plainStream,
  streamDescriptor,
  type PlainStream,
  type StreamConfiguration,
  type StreamDescriptor,
} from '../config/index.js';
import type { Format } from './decoder.js';
import type { StreamAddress } from './records.js';
import { readSchema, type Schema } from './schema.js';

/** A stream as it is read: descriptors and schemas that lie in files have been read. */
export interface ResolvedStream {
  readonly address: StreamAddress;
  readonly format: Format;
  readonly stream: PlainStream;
}

type DescribedStream = Extract<StreamConfiguration, { kind?: undefined }>;

/** Reads what streams of a configuration refer to. @throws ConfigurationError with every problem at once */
export async function resolveStreams(streams: readonly StreamConfiguration[]): Promise<ResolvedStream[]> {
  const problems: string[] = [];
  const resolved: ResolvedStream[] = [];
  for (const [index, configured] of streams.entries()) {
    try {
      resolved.push(await resolve(configured));
    } catch (error) {
      problems.push(...(error as Error).message.split('\n').map((line) => `streams[${index}].${line}`));
    }
  }
  if (problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  return resolved;
}

async function resolve(configured: StreamConfiguration): Promise<ResolvedStream> {
  const stream = configured.kind === undefined ? await describe(configured) : configured;
  const { workflow, model, slot, encoding, columns, wireFormat } = stream;
  const schema = stream.schema === undefined ? undefined : await loadSchema(stream.schema);
  const time = stream.kind === 'file' ? stream.time : undefined;
  return { address: { workflow, model, slot }, format: { encoding, schema, columns, wireFormat, time }, stream };
}

/** Primitive types of Avro, which a schema may be by name; any other text is a path. */
const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];

async function loadSchema(schema: unknown): Promise<Schema> {
  const isPath = typeof schema === 'string' && !PRIMITIVES.includes(schema);
  try {
    return readSchema(isPath ? JSON.parse(await readFile(schema, 'utf8')) : schema);
  } catch (error) {
    const place = isPath ? `schema: ${schema}` : 'schema';
    throw new Error(`${place}: expected an Avro schema: ${(error as Error).message}`, { cause: error });
  }
}

/** Says a stream that a descriptor describes in the words of the configuration; what stands beside it comes first. */
async function describe({ descriptor, ...said }: DescribedStream): Promise<PlainStream> {
  const described = typeof descriptor === 'string' ? await loadDescriptor(descriptor) : descriptor;
  const { Transport: transport, Encoding: encoding, Schema: schema } = described;
  const { groupId, clientId, tls, sasl, follow, time, ...common } = said;
  const stream = { ...common, encoding, schema: common.schema ?? schema ?? undefined };
  const plain = (() => {
    switch (transport.Type) {
      case 'kafka':
        return {
          ...stream,
          kind: 'kafka',
          topic: transport.Topic,
          brokers: transport.BootstrapServers,
          ...defined({ groupId, clientId, tls, sasl }),
        };
      case 'file':
        return { ...stream, kind: 'file', path: transport.Path, ...defined({ follow, time }) };
      case 'REST':
        return { ...stream, kind: 'http' };
    }
  })();
  const result = plainStream.safeParse(plain);
  if (!result.success) {
    throw new Error(explain(result.error, plain).join('\n'));
  }
  return result.data;
}

async function loadDescriptor(path: string): Promise<StreamDescriptor> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(`descriptor: ${path}: expected a stream descriptor: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const result = streamDescriptor.safeParse(value);
  if (!result.success) {
    const lines = explain(result.error, value).map((text) => `descriptor: ${path}: ${text}`);
    throw new Error(lines.join('\n'));
  }
  return result.data;
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
