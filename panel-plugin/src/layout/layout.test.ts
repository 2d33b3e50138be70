import fc from 'fast-check';
import { layoutWorkflows, type LayoutInput, type Layout } from '.';

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

function overlaps({ cards }: Layout): number {
  return cards.filter((a, i) =>
    cards.some((b, j) => j > i && Math.abs(a.x - b.x) < CARD.width && Math.abs(a.y - b.y) < CARD.height)
  ).length;
}

const graphs = fc.integer({ min: 1, max: 14 }).chain((models) =>
  fc.record({
    models: fc.constant(models),
    links: fc.uniqueArray(fc.tuple(fc.nat(models - 1), fc.nat(models - 1)), {
      maxLength: 20,
      selector: ([a, b]) => `${a}>${b}`,
    }),
    direction: fc.constantFrom<'right' | 'down'>('right', 'down'),
  })
);

test('cards never overlap and never leave the picture, with cycles, loops and lone models', () => {
  fc.assert(
    fc.property(graphs, ({ models, links, direction }) => {
      const layout = layoutWorkflows(input(models, links, { direction }));
      expect(layout.cards).toHaveLength(models);
      expect(overlaps(layout)).toBe(0);
      for (const { x, y } of layout.cards) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.01);
        expect(x + CARD.width).toBeLessThanOrEqual(layout.width + 0.01);
        expect(y + CARD.height).toBeLessThanOrEqual(layout.height + 0.01);
      }
      for (const { path, head, label } of layout.routes) {
        expect(path + head).not.toMatch(/NaN|Infinity|undefined/);
        expect(Number.isFinite(label.x + label.y)).toBe(true);
      }
    }),
    { numRuns: 60 }
  );
});

test('the same topology gives the same picture', () => {
  fc.assert(
    fc.property(graphs, ({ models, links, direction }) => {
      const once = layoutWorkflows(input(models, links, { direction }));
      expect(layoutWorkflows(input(models, links, { direction }))).toEqual(once);
    }),
    { numRuns: 20 }
  );
});

test('a chain runs in the direction of its links', () => {
  const chain: Array<[number, number]> = [
    [2, 0],
    [0, 1],
  ];
  const right = layoutWorkflows(input(3, chain)).cards;
  expect([right[2]!.x < right[0]!.x, right[0]!.x < right[1]!.x]).toEqual([true, true]);
  const down = layoutWorkflows(input(3, chain, { direction: 'down' })).cards;
  expect([down[2]!.y < down[0]!.y, down[0]!.y < down[1]!.y]).toEqual([true, true]);
});

test('arrow heads end at the card that reads', () => {
  const { cards, routes } = layoutWorkflows(input(2, [[0, 1]]));
  const tip = /^M([\d.]+),([\d.]+)/.exec(routes[0]!.head)!.slice(1).map(Number);
  expect(tip[0]).toBeCloseTo(cards[1]!.x, 0);
  expect(tip[1]).toBeGreaterThan(cards[1]!.y);
  expect(tip[1]).toBeLessThan(cards[1]!.y + CARD.height);
});

describe('positions from the workflow file', () => {
  it('are kept in their order, spread so that no two cards overlap', () => {
    const models = [
      { x: 360, y: 100 },
      { x: 100, y: 200 },
      { x: 620, y: 200 },
    ];
    const layout = layoutWorkflows(input(3, [[1, 0]], { groups: [{ titled: false, models }] }));
    expect(overlaps(layout)).toBe(0);
    const [predictor, reader, scorer] = layout.cards;
    expect([reader!.x < predictor!.x, predictor!.x < scorer!.x]).toEqual([true, true]);
    expect(reader!.y).toBe(scorer!.y);
    expect(predictor!.y).toBeLessThan(reader!.y);
  });

  it('leave room for the text of a link, and for the link beside it', () => {
    const models = [
      { x: 100, y: 100 },
      { x: 360, y: 100 },
    ];
    const { cards, routes } = layoutWorkflows(input(2, [[0, 1]], { groups: [{ titled: false, models }] }));
    const [left, right] = [cards[0]!.x + CARD.width, cards[1]!.x];
    expect(routes[0]!.label.x - 46).toBeGreaterThan(left + 10);
    expect(routes[0]!.label.x + 46).toBeLessThan(right - 10);
  });

  it('decide which sides links join, whatever the direction of other workflows', () => {
    const models = [
      { x: 0, y: 0 },
      { x: 600, y: 100 },
      { x: 0, y: 300 },
    ];
    const links: Array<[number, number]> = [
      [0, 1],
      [0, 2],
    ];
    for (const direction of ['right', 'down'] as const) {
      const { cards, routes } = layoutWorkflows(input(3, links, { direction, groups: [{ titled: false, models }] }));
      const start = (path: string) => path.slice(1, path.indexOf(' ')).split(',').map(Number);
      expect(start(routes[0]!.path)[0]).toBeCloseTo(cards[0]!.x + CARD.width, 0);
      expect(start(routes[1]!.path)[1]).toBeCloseTo(cards[0]!.y + CARD.height, 0);
    }
  });

  it('are not used where one model lacks its own or two share one', () => {
    const links: Array<[number, number]> = [[1, 0]];
    const layered = layoutWorkflows(input(2, links));
    for (const models of [
      [{ x: 0, y: 0 }, null],
      [
        { x: 5, y: 5 },
        { x: 5, y: 5 },
      ],
    ]) {
      expect(layoutWorkflows(input(2, links, { groups: [{ titled: false, models }] }))).toEqual(layered);
    }
  });

  it('leave room below for models that only links speak of', () => {
    const models = [{ x: 0, y: 0 }, 'unlisted' as const, { x: 500, y: 0 }];
    const { cards } = layoutWorkflows(input(3, [], { groups: [{ titled: false, models }] }));
    expect(cards[1]!.y).toBeGreaterThanOrEqual(CARD.height);
  });
});

test('workflows stand in frames of their own, which do not overlap and hold their cards', () => {
  const groups = [2, 3, 1].map((count) => ({ titled: true, models: Array.from({ length: count }, () => null) }));
  const layout = layoutWorkflows(
    input(
      6,
      [
        [0, 1],
        [2, 3],
      ],
      { groups }
    )
  );
  let first = 0;
  layout.groups.forEach((box, index) => {
    const own = layout.cards.slice(first, (first += groups[index]!.models.length));
    for (const { x, y } of own) {
      expect(x).toBeGreaterThanOrEqual(box.x);
      expect(y).toBeGreaterThanOrEqual(box.y);
      expect(x + CARD.width).toBeLessThanOrEqual(box.x + box.width);
      expect(y + CARD.height).toBeLessThanOrEqual(box.y + box.height);
    }
    for (const other of layout.groups.slice(index + 1)) {
      const apart =
        other.x >= box.x + box.width ||
        box.x >= other.x + other.width ||
        other.y >= box.y + box.height ||
        box.y >= other.y + other.height;
      expect(apart).toBe(true);
    }
  });
});

test('three hundred models with six hundred links are laid out without overlaps', () => {
  const links = Array.from({ length: 600 }, (_, i): [number, number] => [i % 300, (i * 7 + 3) % 300]);
  expect(overlaps(layoutWorkflows(input(300, links)))).toBe(0);
});
