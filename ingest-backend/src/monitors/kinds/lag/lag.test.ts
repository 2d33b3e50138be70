import { expect, it } from 'vitest';
import { Trial } from '../trial.js';

it('is how far reading is behind by the clock, and survives a restart at any moment', () => {
  const trial = new Trial('kind: lag\nparams: { above: 20s }\n').values([1, 2, 3]);
  trial.tick(5).tick(6).tick(16);
  expect(trial.points('stream.lag')).toEqual([
    [5, 3],
    [16, 14],
  ]);
  expect(trial.texts()).toEqual([]);
  trial.tick(40);
  expect(trial.texts()).toEqual(['firing 40: The stream is read 38 s after its records came, at most 20 s are borne.']);
  // The note of what was said is in the next batch, not in one of the next five seconds.
  trial.crash().reached(48).tick(50);
  expect(trial.texts()).toEqual([
    'firing 40: The stream is read 38 s after its records came, at most 20 s are borne.',
    'resolved 50: The stream is read 38 s after its records came, at most 20 s are borne.',
  ]);
});
