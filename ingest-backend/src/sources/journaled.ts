import type { Partition } from '../archive/index.js';
import type { Journal } from './journal.js';
import type { Receiver } from './receiver.js';

/** How many lines are read again before the intake hears of it and may ask to wait. */
const STEP = 1000;

/**
 * Hands in what a journal holds: what its source had answered for, or heard once and for all, before the last end.
 * @param visit sees every line that is still there, also those that are stored and not handed in again
 */
export async function replayJournal(
  source: string,
  partition: Partition,
  intake: Pick<Receiver, 'assign' | 'completeTo' | 'readTo' | 'resumeAt' | 'room' | 'takeRaw'>,
  journal: Journal,
  visit?: (text: string) => void
): Promise<void> {
  const from = intake.resumeAt(partition) ?? 0;
  intake.assign(partition);
  await journal.open(from);
  let count = 0;
  for await (const { offset, text, arrival } of journal.read(visit === undefined ? from : 0)) {
    visit?.(text);
    if (offset < from) {
      continue;
    }
    intake.takeRaw(source, partition, offset, text, arrival);
    if (++count % STEP === 0) {
      intake.readTo(source, partition, offset + 1, journal.next - offset - 1);
      await intake.room();
    }
  }
  intake.readTo(source, partition, journal.next, 0);
  intake.completeTo(partition, 'now');
}
