import { z } from 'zod';
import { SELF_WORKFLOW } from '@pneumograph/contract';
import { connection, url } from './connection.js';
import { notify } from './notify.js';
import { streams } from './streams.js';
import { duration, size } from './units.js';
import { web } from './web.js';

/**
 * The configuration, as the interface names its keys. Unknown keys are errors. Parts that this version does not
 * carry out are refused by name (see `LATER`) rather than taken in and forgotten.
 */
const host = z.string().min(1);
const workflowName = z.string().refine((name) => name !== SELF_WORKFLOW, {
  error: `expected another name than "${SELF_WORKFLOW}", which is reserved for what Pneumograph tells of itself`,
});
const counting = z.enum(['delta', 'cumulative']);
const kafkaSource = z
  .strictObject({
    kind: z.literal('kafka'),
    ...connection,
    topic: z.string().min(1).default('notify'),
    rekeyTo: z.string().min(1).optional(),
    groupId: z.string().min(1).default('pneumograph'),
  })
  .refine(({ topic, rekeyTo }) => topic !== rekeyTo, {
    path: ['rekeyTo'],
    error: 'expected another topic than `topic`',
  });
const httpSource = z.strictObject({ kind: z.literal('http') });
const fileSource = z.strictObject({
  kind: z.literal('file'),
  path: z.string().min(1),
  follow: z.boolean().default(false),
});
const websocketSource = z.strictObject({
  kind: z.literal('websocket'),
  url: z.url({ protocol: /^wss?$/, error: 'expected a URL that begins with ws:// or wss://' }),
  src: z.string().min(1).optional(),
  type: z.string().min(1).optional(),
  ...web,
});
const source = z.discriminatedUnion('kind', [kafkaSource, httpSource, websocketSource, fileSource]);

const staticFleet = z.strictObject({
  kind: z.literal('static'),
  engines: z.array(
    z.strictObject({
      src: z.string().min(1),
      name: z.string().min(1).optional(),
      model: z.string().min(1),
      asset: z.string().min(1).optional(),
      workflow: workflowName.default(''),
    })
  ),
});
const composerFleet = z.strictObject({
  kind: z.literal('composer'),
  url,
  workflow: workflowName.min(1).optional(),
  every: duration.prefault('10s'),
  ...web,
});
const connectFleet = z.strictObject({
  kind: z.literal('connect'),
  url,
  workflow: workflowName.default(''),
  every: duration.prefault('10s'),
  ...web,
});
const fleet = z.discriminatedUnion('kind', [staticFleet, composerFleet, connectFleet]);

const workflow = z
  .strictObject({
    name: workflowName.min(1),
    file: z.string().min(1).optional(),
    links: z.array(z.string()).optional(),
    /** Records that an output slot, as `model:slot`, puts out for each record taken in, where that is not one. */
    amplification: z
      .record(z.string(), z.number().positive())
      .refine((slots) => Object.keys(slots).every((slot) => /:\d+$/.test(slot)), {
        error: 'expected output slots as `model:slot`',
      })
      .optional(),
  })
  .refine(
    ({ file, links, amplification }) =>
      (file === undefined || links === undefined) && (file ?? links ?? amplification) !== undefined,
    { error: 'expected either `file` or `links`, or `amplification` where Composer tells the rest' }
  );

const duckdbStore = z.strictObject({
  kind: z.literal('duckdb'),
  path: z.string().min(1).default('data/pneumograph.duckdb'),
  retention: z
    .partialRecord(z.enum(['raw', '1m', '1h']), duration)
    .refine(
      (asked) => {
        const { '1h': hour = Infinity, '1m': minute = hour, raw = minute } = asked;
        return raw <= minute && minute <= hour;
      },
      { error: 'expected raw points to be kept no longer than 1m, and 1m no longer than 1h' }
    )
    .optional(),
});

/** The topic by which processes of the roles derive, archive, monitor and query share the work. */
const archiveTopic = z.strictObject({
  ...connection,
  topic: z.string().min(1).default('archive'),
  groupId: z.string().min(1).default('pneumograph'),
  /** Of the topic where it is made; workflows are shared out over them. */
  partitions: z.int().min(1).max(1000).default(12),
});

/** An InfluxDB 2, or what takes its lines. */
const influxdb = {
  kind: z.literal('influxdb'),
  url,
  org: z.string().min(1),
  bucket: z.string().regex(/^[^_"][^"]*$/, { error: 'expected a name without `"` that does not begin with `_`' }),
  token: z.string().min(1),
  layout: z.enum(['tags', 'dotted']).default('tags'),
};
const influxdbStore = z.strictObject({
  ...influxdb,
  /** What stays on this machine stands beside it: journals, and what waits for sinks. */
  path: z.string().min(1).default('data/pneumograph'),
  /** Points alone are kept, for ever by default. */
  retention: z.strictObject({ raw: duration }).optional(),
});

/** What every kind of sink takes. */
export const sinkOptions = {
  /** Whether sources wait rather than that this sink misses anything. */
  required: z.boolean().default(false),
  /** Where records wait for the sink, and how many bytes of them; beside the store by default. */
  spool: z.strictObject({ path: z.string().min(1).optional(), size: size.prefault('1G') }).prefault({}),
};
const logSink = z.strictObject({
  kind: z.literal('log'),
  path: z.string().min(1),
  rotate: z
    .strictObject({
      size: size.prefault('100M'),
      every: duration.optional(),
      keep: z.int().min(1).default(10),
      gzip: z.boolean().default(true),
    })
    .prefault({}),
  fsync: z.enum(['none', 'batch', 'interval']).default('interval'),
  ...sinkOptions,
});
const kafkaSink = z.strictObject({
  kind: z.literal('kafka'),
  ...connection,
  topic: z.string().min(1).default('archive'),
  ...sinkOptions,
});
/** Other servers than InfluxDB 2 do without some of its keys. */
const influxdbSink = z.strictObject({
  ...influxdb,
  org: z.string().default(''),
  bucket: z.string().min(1),
  token: z.string().default(''),
  ...sinkOptions,
});

export const configuration = z.strictObject({
  listen: z
    .strictObject({
      host: host.default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8420),
      tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
    })
    .prefault({}),
  sources: z.array(source).default([{ kind: 'http' }]),
  streams: streams.default([]),
  fleet: z.array(fleet).default([]),
  workflows: z.array(workflow).default([]),
  derive: z
    .strictObject({
      grace: duration.prefault('5s'),
      counting: counting.default('delta'),
      taps: z.record(z.string(), counting).default({}),
      silentAfter: duration.prefault('30s'),
    })
    .prefault({}),
  monitors: z
    .strictObject({
      /** The operator's folder of definitions. */
      path: z.string().min(1).optional(),
      /** Where published versions are kept; beside the store, if left out. */
      published: z.string().min(1).optional(),
    })
    .optional(),
  alerts: z
    .strictObject({
      /** A dashboard that shows an alert, with places such as `{{model}}`. */
      link: z.string().min(1).optional(),
    })
    .prefault({}),
  notify: notify.default([]),
  store: z.discriminatedUnion('kind', [duckdbStore, influxdbStore]).prefault({ kind: 'duckdb' }),
  sinks: z.array(z.discriminatedUnion('kind', [logSink, kafkaSink, influxdbSink])).default([]),
  archive: archiveTopic.optional(),
  access: z
    .strictObject({
      anonymous: z.union([z.literal(false), z.enum(['viewer', 'editor', 'admin'])]).optional(),
      tokens: z.string().min(1).optional(),
    })
    .prefault({}),
});

export type Configuration = z.infer<typeof configuration>;
export type SourceConfiguration = Configuration['sources'][number];
export type WebSocketConfiguration = z.infer<typeof websocketSource>;
export type FileConfiguration = z.infer<typeof fileSource>;
export type SinkConfiguration = Configuration['sinks'][number];
export type ArchiveConfiguration = z.infer<typeof archiveTopic>;
export type StoreConfiguration = Configuration['store'];
export type FleetConfiguration = Configuration['fleet'][number];

/** Documented parts that this version does not carry out yet: by path, with `kind=` for a list's kinds. */
export const LATER: ReadonlyArray<readonly [path: string, kind: string | undefined]> = [];
