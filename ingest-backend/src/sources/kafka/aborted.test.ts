import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hideAborted, type AbortedTransaction, type FetchedRecord } from './aborted.js';

const PRODUCERS = ['7', '8', '9'];

/** What writers do to a partition, one after the other. */
const steps = fc.array(
  fc.record({
    producer: fc.nat(PRODUCERS.length - 1),
    what: fc.constantFrom('write', 'write', 'write', 'plain', 'commit', 'abort'),
  }),
  { maxLength: 60 }
);

const marker = (type: number): Buffer => Buffer.from([0, 0, 0, type]);

it('leaves what a reader of committed messages is to see, however transactions lie within each other', () => {
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), (drafts, share) => {
      const records: Array<FetchedRecord & { committed: boolean }> = [];
      const open = new Map<string, typeof records>();
      const aborted: Array<AbortedTransaction & { last: number }> = [];
      for (const { producer, what } of drafts) {
        const producerId = PRODUCERS[producer] as string;
        const record = {
          offset: String(records.length),
          // Looks like a marker, and is none.
          key: marker(0),
          isControlRecord: false,
          batchContext: { producerId: what === 'plain' ? '-1' : producerId, inTransaction: what !== 'plain' },
          committed: what === 'plain',
        };
        const transaction = open.get(producerId) ?? [];
        if (what === 'write') {
          open.set(producerId, [...transaction, record]);
        } else if (what !== 'plain') {
          record.key = marker(what === 'abort' ? 0 : 1);
          record.isControlRecord = true;
          transaction.forEach((each) => (each.committed = what === 'commit'));
          open.delete(producerId);
          const first = transaction[0];
          if (what === 'abort' && first !== undefined) {
            // Brokers list aborted transactions in the order of their end.
            aborted.push({ producerId, firstOffset: first.offset, last: records.length });
          }
        }
        records.push(record);
      }
      // What is open at the end is not handed out: the last stable offset lies before it.
      const stable = Math.min(records.length, ...[...open.values()].map(([first]) => Number(first?.offset)));
      const from = Math.floor(share * stable);
      const fetched = records.slice(from, stable);
      const expected = fetched.filter(({ committed, isControlRecord }) => committed && !isControlRecord);
      hideAborted(
        fetched,
        aborted.filter(({ last, firstOffset }) => last >= from && Number(firstOffset) < stable)
      );
      expect(fetched.filter(({ isControlRecord }) => !isControlRecord)).toEqual(expected);
    })
  );
});
