import { ConfigurationError, type ArchiveConfiguration, type Configuration } from '../../config/index.js';

/** The roles that a process runs where it is not told which: all of the work. */
export const WHOLE = ['derive', 'archive', 'monitor', 'query'] as const;
/** `rekey` copies a topic for several processes with `derive`. */
export const ROLES = ['rekey', ...WHOLE] as const;

/** What a process does. */
export type Role = (typeof ROLES)[number];

/** Whether a process does all of the work, so that it needs no others and no topic between them. */
export function isWhole(roles: readonly Role[]): boolean {
  return WHOLE.every((role) => roles.includes(role));
}

/** Whether a process does a part of the work that others go on with. */
export function isShared(roles: readonly Role[]): boolean {
  return !isWhole(roles) && roles.some((role) => role !== 'rekey');
}

/**
 * What roles that are shared out need of a configuration.
 * @throws ConfigurationError that names each key with what was expected and found
 */
export function checkShared(configuration: Configuration, roles: readonly Role[]): ArchiveConfiguration {
  const { archive, store, sources, streams, sinks } = configuration;
  const named = `role ${roles.filter((role) => role !== 'rekey').join(',')}`;
  const problems: string[] = [];
  const need = (holds: boolean, problem: string): void => {
    if (!holds) {
      problems.push(`${named}: ${problem}`);
    }
  };
  need(
    archive !== undefined,
    'archive: expected the brokers of the topic by which processes share the work, found nothing; ' +
      `one process that does all of it has the roles ${WHOLE.join(',')}, or is started without --roles`
  );
  need(
    store.kind === 'influxdb',
    `store.kind: expected influxdb, which all processes can reach, found ${JSON.stringify(store.kind)}`
  );
  if (roles.includes('derive')) {
    sources.forEach(({ kind }, index) =>
      need(
        kind === 'kafka',
        `sources[${index}].kind: expected kafka, whose groups share what comes, found ${JSON.stringify(kind)}`
      )
    );
  }
  if (roles.includes('monitor')) {
    streams.forEach((stream, index) =>
      need(
        kindOf(stream) === 'kafka',
        `streams[${index}].kind: expected kafka, which whoever takes a share over can read, found ` +
          JSON.stringify(kindOf(stream))
      )
    );
  }
  sinks.forEach((sink, index) =>
    need(
      sink.kind !== 'kafka' ||
        sink.topic !== archive?.topic ||
        !sink.brokers.some((one) => archive.brokers.includes(one)),
      `sinks[${index}].topic: expected another topic than archive.topic, found ${JSON.stringify(archive?.topic)}: ` +
        'what it writes would be read as if it had been derived'
    )
  );
  if (problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  return archive as ArchiveConfiguration;
}

function kindOf(stream: Configuration['streams'][number]): string {
  if (!('descriptor' in stream)) {
    return stream.kind ?? '';
  }
  const { descriptor } = stream;
  // A file of a descriptor is read when the streams are resolved.
  return typeof descriptor === 'string' ? 'kafka' : descriptor.Transport.Type;
}
