import { randomUUID } from 'node:crypto';
import { StoreError } from '../errors.js';
import { filter, source } from './connection.js';
import { textField } from './line.js';
import type { Place } from './place.js';

/** Grows with each change that an older version could not read. */
const VERSION = 1;

/**
 * What tells this store from others: made up by whoever opens an empty one; of several at once the last says it.
 * @throws StoreError `newer-version`
 */
export async function readIdentity({ connection, state }: Place): Promise<string> {
  const read = async (): Promise<string | undefined> => {
    let content: string | undefined;
    const rows = filter(source(state, 0, 1), ['r._measurement == "identity"', 'r._field == "content"']);
    await connection.read(rows, ({ value }) => (content = value));
    return content;
  };
  if ((await read()) === undefined) {
    await connection.write(state, [`identity content=${textField(`${VERSION} ${randomUUID()}`)} 0`]);
  }
  const [version, id = ''] = (await read())?.split(' ') ?? [];
  if (Number(version) > VERSION) {
    throw new StoreError(
      'newer-version',
      `bucket ${state}: expected a store of version ${VERSION} or older, found version ${version}. ` +
        'A newer Pneumograph wrote it: start that one, or choose another bucket in store.bucket.'
    );
  }
  return id;
}
