import type { Deriver } from '../../derive/index.js';
import type { EngineVitals } from '../../query/index.js';
import type { StateTable, TopicWriter } from '../../topic/index.js';
import { vitalsOf } from '../vitals.js';

const ENGINE = 'engine ';
const EVERY_MILLIS = 10_000;
/** Seconds by which a clock has to go astray for others to be told. */
const ASTRAY = 0.05;

/** Tells those who answer what derivation knows of engines, where that has changed. @returns what ends it */
export function tellVitals(
  deriver: Pick<Deriver, 'suspects' | 'clockOffsets'>,
  writer: TopicWriter,
  everyMillis = EVERY_MILLIS
): () => Promise<void> {
  let told = new Map<string, EngineVitals>();
  let telling = Promise.resolve();
  const tell = async (): Promise<void> => {
    const changed = [...vitalsOf(deriver)].filter(([src, vitals]) => isNews(told.get(src), vitals));
    if (changed.length > 0) {
      await writer.tellState(ENGINE, new Map(changed.map(([src, vitals]) => [src, JSON.stringify(vitals)])));
      told = new Map([...told, ...changed]);
    }
  };
  const timer = setInterval(() => {
    // The archive topic says why it cannot be written.
    telling = telling.then(tell).catch(() => undefined);
  }, everyMillis);
  return async () => {
    clearInterval(timer);
    await telling;
  };
}

function isNews(before: EngineVitals | undefined, { clockOffset, notices }: EngineVitals): boolean {
  return (
    before === undefined ||
    before.notices.join() !== notices.join() ||
    (before.clockOffset === undefined) !== (clockOffset === undefined) ||
    Math.abs((before.clockOffset ?? 0) - (clockOffset ?? 0)) >= ASTRAY
  );
}

/** What was told of engines, by whichever process reads their reports. */
export function toldVitals(table: StateTable): ReadonlyMap<string, EngineVitals> {
  const told = table
    .partitions()
    .flatMap((partition) =>
      [...table.entries(partition)].flatMap(([key, value]) =>
        key.startsWith(ENGINE) ? [[key.slice(ENGINE.length), JSON.parse(value) as EngineVitals] as const] : []
      )
    );
  return new Map(told);
}
