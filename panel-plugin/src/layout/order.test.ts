import fc from 'fast-check';
import { freePlace, nearest, type Item } from './coordinates';
import { crossings } from './order';

const item = (layer: number, after: number[] = []): Item => ({
  layer,
  after,
  before: [],
  extent: 100,
  isCard: true,
});

test('crossings are counted as one by one', () => {
  const links = fc.uniqueArray(fc.tuple(fc.nat(6), fc.nat(6)), { selector: String });
  fc.assert(
    fc.property(links, (pairs) => {
      const items = [...Array.from({ length: 7 }, () => item(0)), ...Array.from({ length: 7 }, () => item(1))];
      pairs.forEach(([a, b]) => items[a]!.after.push(7 + b));
      const layers = [0, 7].map((first) => Array.from({ length: 7 }, (_, at) => first + at));
      const slow = pairs.flatMap(([a, b], i) => pairs.slice(i + 1).filter(([c, d]) => (a - c) * (b - d) < 0)).length;
      expect(crossings(layers, items)).toBe(slow);
    })
  );
});

test('places keep their distances and no shift of one run of neighbours is nearer to their wishes', () => {
  const wishes = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(wishes, (wanted) => {
      const weights = wanted.map((_, index) => 1 + (index % 3));
      const places = nearest(
        wanted,
        weights,
        wanted.slice(1).map(() => 10)
      );
      const cost = (at: number[]) => at.reduce((sum, place, i) => sum + weights[i]! * (place - wanted[i]!) ** 2, 0);
      const holds = (at: number[]) => at.every((place, i) => i === 0 || place - at[i - 1]! >= 10 - 1e-6);
      expect(holds(places)).toBe(true);
      for (const by of [-1, -0.1, 0.1, 1]) {
        for (let from = 0; from < places.length; from++) {
          for (let to = from; to < places.length; to++) {
            const other = places.map((place, i) => (i >= from && i <= to ? place + by : place));
            expect(!holds(other) || cost(other) >= cost(places) - 1e-6).toBe(true);
          }
        }
      }
    })
  );
});

test('the free place nearest to a wish is free', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 8 }), fc.integer(), (taken, wish) => {
      const items = [item(0), ...taken.map(() => item(0))];
      const at = freePlace(items[0]!, wish % 900, [...items.keys()], items, [undefined, ...taken]);
      taken.forEach((place) => expect(Math.abs(place - at)).toBeGreaterThan(127.9));
      const better = (place: number) => Math.abs(place - (wish % 900)) < Math.abs(at - (wish % 900)) - 0.01;
      const ends = [wish % 900, ...taken.flatMap((place) => [place - 128, place + 128])];
      const free = ends.filter((place) => taken.every((other) => Math.abs(other - place) >= 128));
      expect(free.filter(better)).toEqual([]);
    })
  );
});
