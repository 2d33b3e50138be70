import type { Deriver } from '../derive/index.js';
import type { EngineVitals } from '../query/index.js';

/** What derivation knows of engines beside what it derives, by the id that they report under. */
export function vitalsOf(deriver: Pick<Deriver, 'suspects' | 'clockOffsets'>): ReadonlyMap<string, EngineVitals> {
  const notices = new Map<string, string[]>();
  for (const { engine, tap, looks } of deriver.suspects()) {
    const known = notices.get(engine.src) ?? [];
    notices.set(engine.src, [...known, `${tap} looks ${looks}: check derive.counting and derive.taps`]);
  }
  const offsets = deriver.clockOffsets();
  return new Map(
    [...new Set([...notices.keys(), ...offsets.keys()])].map((src) => {
      const offset = offsets.get(src);
      const clockOffset = offset === undefined ? undefined : Math.round(offset * 1000) / 1000;
      return [src, { clockOffset, notices: notices.get(src) ?? [] }];
    })
  );
}
