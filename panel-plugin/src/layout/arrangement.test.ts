import fc from 'fast-check';
import { Arrangement, layoutWorkflows, type LayoutInput, type Point } from '.';
import { inPieces } from './background';

const CARD = { width: 200, height: 100 };

function topology(
  names: string[],
  links: Array<[string, string]>
): [LayoutInput, Parameters<Arrangement['arrange']>[1]] {
  const known = links.filter((link) => link.every((name) => names.includes(name)));
  return [
    {
      groups: [{ titled: false, models: names.map(() => null) }],
      links: known.map(([a, b]) => [names.indexOf(a), names.indexOf(b)]),
      card: CARD,
      label: null,
      direction: 'right',
      frame: { width: 1200, aspect: 2 },
    },
    { models: names, links: known.map(String), groups: ['w'] },
  ];
}

function places(arrangement: Arrangement): Map<string, Point> {
  const { layout, names } = arrangement.current()!;
  return new Map(
    names.models.map((name, index) => {
      const { x, y } = layout.cards[index]!;
      return [name, { x: Math.round(x - layout.shift.x) + 0, y: Math.round(y - layout.shift.y) + 0 }];
    })
  );
}

test('models that go and come back stand where they stood, wherever they are in the order', () => {
  const arrangement = new Arrangement();
  const links: Array<[string, string]> = [
    ['b', 'c'],
    ['b', 'd'],
    ['c', 'e'],
  ];
  const all = ['b', 'c', 'd', 'e', 'lone'];
  arrangement.arrange(...topology(all, links));
  const before = places(arrangement);
  arrangement.arrange(...topology(['b', 'c', 'e'], links));
  expect(places(arrangement).get('b')).toEqual(before.get('b'));
  arrangement.arrange(...topology(['a', ...all], [...links, ['b', 'a']]));
  const after = places(arrangement);
  all.forEach((name) => expect(after.get(name)).toEqual(before.get(name)));
});

test('no two cards ever share a place, whatever comes and goes', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const pairs = fc.uniqueArray(
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)).filter(([a, b]) => a !== b),
    { minLength: 3, maxLength: 10, selector: String }
  );
  const steps = fc.array(fc.tuple(fc.subarray(names, { minLength: 1 }), pairs), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(steps, (sequence) => {
      const arrangement = new Arrangement();
      for (const [models, links] of sequence) {
        arrangement.arrange(...topology(models, links));
        const corners = [...places(arrangement).values()];
        const hits = corners.filter((a, i) =>
          corners.some((b, j) => j > i && Math.abs(a.x - b.x) < CARD.width && Math.abs(a.y - b.y) < CARD.height)
        );
        expect(hits).toEqual([]);
      }
    }),
    { numRuns: 80 }
  );
});

test('tidying draws as if there had been nothing before', () => {
  const arrangement = new Arrangement();
  const [first, grown] = [
    topology(['b'], []),
    topology(
      ['a', 'b', 'c'],
      [
        ['c', 'b'],
        ['b', 'a'],
      ]
    ),
  ];
  arrangement.arrange(...first);
  arrangement.arrange(...grown);
  arrangement.tidy();
  expect(arrangement.arrange(...grown)!.layout).toEqual(layoutWorkflows(grown[0]));
});

test('a large topology comes later, and is the same in pieces', async () => {
  const names = Array.from({ length: 150 }, (_, index) => `m${index}`);
  const links = names.slice(1).map((name, index): [string, string] => [names[index >> 1]!, name]);
  const [input, of] = topology(names, links);
  const arrangement = new Arrangement();
  const drawn = new Promise<void>((resolve) => arrangement.subscribe(resolve));
  expect(arrangement.arrange(input, of)).toBeUndefined();
  await drawn;
  expect(arrangement.current()!.layout).toEqual(layoutWorkflows(input));
  expect(await inPieces(input, undefined)).toEqual(layoutWorkflows(input));
});
