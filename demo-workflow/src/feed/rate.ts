/** Seconds of a whole ebb and flow. */
const TIDE = 240;
/** By how much of the mean the tide rises and falls. */
const SWELL = 0.5;
/** Seconds from burst to burst, the length of one, and how many times the usual rate it brings. */
const BURST = { every: 45, lasts: 2, times: 3 };

/**
 * Records per second at a moment: a slow sine with short bursts on it.
 * @param mean the mean rate over a long time, in records per second
 * @param seconds since the start of the feed
 */
export function rateAt(mean: number, seconds: number): number {
  const tide = 1 + SWELL * Math.sin((2 * Math.PI * seconds) / TIDE);
  // The first burst comes soon after the start, for those who watch the first minute.
  const burst = (seconds + BURST.every - 10) % BURST.every < BURST.lasts ? BURST.times : 1;
  return (mean * tide * burst) / MEAN_BURST;
}

/** Seconds from batch to batch. */
export const STEP = 0.25;

/** Records that a feed has sent by then, where nothing holds it up. */
export function recordsBy(mean: number, seconds: number): number {
  let records = 0;
  for (let step = 1; step * STEP <= seconds; step++) {
    records += rateAt(mean, step * STEP) * STEP;
  }
  return Math.round(records);
}

/** What the bursts add on average. */
const MEAN_BURST = 1 + ((BURST.times - 1) * BURST.lasts) / BURST.every;
