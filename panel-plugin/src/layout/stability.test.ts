import fc from 'fast-check';
import { layoutWorkflows, type Layout, type LayoutInput, type Memory, type Point } from '.';

const CARD = { width: 248, height: 124 };

function input(models: number, links: Array<[number, number]>, more: Partial<LayoutInput> = {}): LayoutInput {
  return {
    groups: [{ titled: false, models: Array.from({ length: models }, () => null) }],
    links,
    card: CARD,
    label: { width: 92, height: 20 },
    direction: 'right',
    frame: { width: 1200, aspect: 2 },
    ...more,
  };
}

/** Where cards stand before all is moved to begin at 0, 0. */
function steady({ cards, shift }: Layout): Point[] {
  return cards.map(({ x, y }) => ({ x: x - shift.x, y: y - shift.y }));
}

/** The same places but for what is left over of additions: rounded, they would differ where they lie between two pixels. */
function like(points: Point[]): Point[] {
  return points.map(({ x, y }) => ({ x: expect.closeTo(x, 3), y: expect.closeTo(y, 3) }));
}

function overlaps({ cards }: Layout): number {
  return cards.filter((a, i) =>
    cards.some((b, j) => j > i && Math.abs(a.x - b.x) < CARD.width && Math.abs(a.y - b.y) < CARD.height)
  ).length;
}

/** A connected topology: each model but the first is linked to one before it, in either direction, and some more. */
const connected = fc.integer({ min: 2, max: 14 }).chain((models) =>
  fc.record({
    models: fc.constant(models),
    links: fc
      .tuple(
        ...Array.from({ length: models - 1 }, (_, index) =>
          fc
            .tuple(fc.nat(index), fc.boolean())
            .map(([to, out]): [number, number] => (out ? [to, index + 1] : [index + 1, to]))
        )
      )
      .chain((tree) =>
        fc
          .uniqueArray(fc.tuple(fc.nat(models - 1), fc.nat(models - 1)), { maxLength: 6, selector: String })
          .map((more) => [...tree, ...more.filter((one) => !tree.some((link) => String(link) === String(one)))])
      ),
    direction: fc.constantFrom<'right' | 'down'>('right', 'down'),
  })
);

test('a picture that is drawn again on its own memory stays as it is', () => {
  fc.assert(
    fc.property(connected, ({ models, links, direction }) => {
      const shape = input(models, links, { direction });
      const once = layoutWorkflows(shape);
      const again = layoutWorkflows(shape, once.memory);
      expect(steady(again)).toEqual(like(steady(once)));
      expect(again.routes.map(({ label }) => label)).toEqual(once.routes.map(({ label }) => label));
    }),
    { numRuns: 60 }
  );
});

test('a new model at the end or the start of a workflow moves no other, and none when it goes again', () => {
  fc.assert(
    fc.property(connected, fc.nat(), fc.boolean(), ({ models, links, direction }, at, isLeaf) => {
      const before = layoutWorkflows(input(models, links, { direction }));
      const link: [number, number] = isLeaf ? [at % models, models] : [models, at % models];
      const grown = layoutWorkflows(input(models + 1, [...links, link], { direction }), before.memory);
      expect(steady(grown).slice(0, models)).toEqual(like(steady(before)));
      expect(overlaps(grown)).toBe(0);
      const { models: places, links: lines, groups } = grown.memory;
      const memory = { models: places.slice(0, models), links: lines.slice(0, links.length), groups };
      expect(steady(layoutWorkflows(input(models, links, { direction }), memory))).toEqual(like(steady(before)));
    }),
    { numRuns: 100 }
  );
});

test('a model that goes moves no other', () => {
  fc.assert(
    fc.property(connected, fc.nat(), ({ models, links, direction }, at) => {
      const gone = at % models;
      const before = layoutWorkflows(input(models, links, { direction }));
      const renumber = (model: number) => (model > gone ? model - 1 : model);
      const keptLinks = links.flatMap((link, index) => (link.includes(gone) ? [] : [{ link, index }]));
      const memory: Memory = {
        models: before.memory.models.filter((_, model) => model !== gone),
        links: keptLinks.map(({ index }) => before.memory.links[index]),
        groups: before.memory.groups,
      };
      const rest = keptLinks.map(({ link: [a, b] }): [number, number] => [renumber(a), renumber(b)]);
      const after = layoutWorkflows(input(models - 1, rest, { direction }), memory);
      const linked = (model: number) => rest.some((link) => link.includes(model));
      const stay = steady(before).filter((_, model) => model !== gone);
      const now = steady(after);
      // Parts that came apart may give way to each other as a whole; within the largest nothing moves.
      const largest = largestPart(models - 1, rest);
      const moves = largest
        .filter(linked)
        .map((model) => [now[model]!.x - stay[model]!.x, now[model]!.y - stay[model]!.y]);
      for (const move of moves) {
        move.forEach((by, axis) => expect(by).toBeCloseTo(moves[0]![axis]!, 3));
      }
      expect(overlaps(after)).toBe(0);
    }),
    { numRuns: 100 }
  );
});

function largestPart(models: number, links: Array<[number, number]>): number[] {
  const part = Array.from({ length: models }, (_, model) => model);
  for (let changed = true; changed;) {
    changed = false;
    for (const [a, b] of links) {
      const least = Math.min(part[a]!, part[b]!);
      changed ||= part[a] !== least || part[b] !== least;
      [part[a], part[b]] = [least, least];
    }
  }
  const sizes = part.map((root) => part.filter((other) => other === root).length);
  const root = part[sizes.indexOf(Math.max(...sizes))];
  return part.flatMap((other, model) => (other === root ? [model] : []));
}

test('any change of the topology gives a picture without overlaps', () => {
  fc.assert(
    fc.property(connected, connected, (one, two) => {
      const before = layoutWorkflows(input(one.models, one.links));
      const after = layoutWorkflows(input(two.models, two.links), before.memory);
      expect(overlaps(after)).toBe(0);
      expect(JSON.stringify(after)).not.toMatch(/null,"y"|NaN/);
    }),
    { numRuns: 60 }
  );
});

test('a new workflow and a new model without links move no other', () => {
  const groups = (counts: number[]) =>
    counts.map((count) => ({ titled: true, models: Array.from({ length: count }, () => null) }));
  const links: Array<[number, number]> = [
    [0, 1],
    [2, 3],
  ];
  const before = layoutWorkflows(input(5, links, { groups: groups([2, 3]) }));
  const lone = layoutWorkflows(input(6, links, { groups: groups([2, 4]) }), before.memory);
  expect(steady(lone).slice(0, 5)).toEqual(like(steady(before)));
  const another = layoutWorkflows(input(8, links, { groups: groups([2, 4, 2]) }), lone.memory);
  expect(steady(another).slice(0, 6)).toEqual(like(steady(lone)));
  expect(overlaps(another)).toBe(0);
});

describe('cards that were dragged', () => {
  const links: Array<[number, number]> = [
    [0, 1],
    [1, 2],
    [0, 2],
  ];

  it('stand where they were put, and the others where they stood', () => {
    const before = layoutWorkflows(input(3, links));
    const pins = [null, { x: 300, y: 400 }, null];
    const after = layoutWorkflows(input(3, links, { pins }), before.memory);
    const [a, b, c] = after.cards.map(({ x, y }) => ({ x: x - after.origins[0]!.x, y: y - after.origins[0]!.y }));
    expect(b).toEqual({ x: 300, y: 400 });
    const [was, , also] = before.cards.map(({ x, y }) => ({
      x: x - before.origins[0]!.x,
      y: y - before.origins[0]!.y,
    }));
    expect([a, c]).toEqual([was, also]);
  });

  it('make way for no other: a card that would lie under one steps aside', () => {
    fc.assert(
      fc.property(connected, fc.nat(), fc.nat(), ({ models, links }, one, other) => {
        fc.pre(one % models !== other % models);
        const before = layoutWorkflows(input(models, links));
        const pins = Array.from({ length: models }, () => null as Point | null);
        pins[one % models] = before.cards[other % models]!;
        const after = layoutWorkflows(input(models, links, { pins }), before.memory);
        expect(overlaps(after)).toBe(0);
      }),
      { numRuns: 40 }
    );
  });
});
