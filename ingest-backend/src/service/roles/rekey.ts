import { ConfigurationError } from '../../config/index.js';
import { kafkaClient, Rekeyer } from '../../sources/index.js';
import { problemsOf, type Part, type Site } from '../site.js';

/** Copies each Kafka source that says where to. @throws ConfigurationError where none does */
export function createRekeyers({ configuration, metrics, log }: Site): Part {
  const rekeyers = configuration.sources.flatMap((source) => {
    if (source.kind !== 'kafka' || source.rekeyTo === undefined) {
      return [];
    }
    const { topic, rekeyTo: to, groupId } = source;
    const options = { client: kafkaClient(source), topic, to, groupId: `${groupId}-rekey` };
    return [new Rekeyer(options, metrics, log)];
  });
  if (rekeyers.length === 0) {
    throw new ConfigurationError(['role rekey: expected a source of kind kafka with `rekeyTo`, found none']);
  }
  return { sources: rekeyers, problems: () => problemsOf(rekeyers) };
}
