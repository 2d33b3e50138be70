import fc from 'fast-check';
import { READABLE_SCALE, SMALLEST_FONT, TEXT_FONT } from '../ModelCard/cardRows';
import { kept, panned, revealed, viewAll, viewReadable, viewStart, zoomed } from './viewport';

/** A graph whose first card lies anywhere in it. */
const graph = (max: number) =>
  fc
    .tuple(size(max), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([{ width, height }, left, top]) => ({
      width,
      height,
      models: 12,
      shift: { x: 0, y: 0 },
      start: { x: left * (width - 248), y: top * (height - 118), width: 248, height: 118 },
    }));
const size = (max: number) =>
  fc.record({ width: fc.integer({ min: 250, max }), height: fc.integer({ min: 120, max }) });

test('cards start at a size that can be read, however small the panel', () => {
  fc.assert(
    fc.property(graph(20_000), size(2000), (content, frame) => {
      const { scale } = viewReadable(content, frame);
      expect(scale * TEXT_FONT).toBeGreaterThanOrEqual(SMALLEST_FONT - 0.001);
    })
  );
});

test('the start of the workflow is in sight from the beginning', () => {
  fc.assert(
    fc.property(graph(20_000), size(2000), (content, frame) => {
      const { scale, x, y } = viewReadable(content, frame);
      const { start } = content;
      expect(x + start.x * scale).toBeLessThan(frame.width);
      expect(x + (start.x + start.width) * scale).toBeGreaterThan(0);
      expect(y + start.y * scale).toBeLessThan(frame.height);
      expect(y + (start.y + start.height) * scale).toBeGreaterThan(0);
    })
  );
});

test('a small graph starts whole as long as its cards can be named, a larger one at its start', () => {
  const chain = {
    width: 1000,
    height: 118,
    models: 3,
    shift: { x: 0, y: 0 },
    start: { x: 0, y: 0, width: 260, height: 118 },
  };
  const narrow = { width: 360, height: 300 };
  expect(viewStart(chain, narrow)).toEqual(viewAll(chain, narrow));
  expect(viewStart({ ...chain, models: 6 }, narrow)).toEqual(viewReadable(chain, narrow));
  const sliver = { width: 200, height: 300 };
  expect(viewStart(chain, sliver)).toEqual(viewReadable(chain, sliver));
});

test('showing all shows all', () => {
  fc.assert(
    fc.property(graph(8_000), size(2000), (content, frame) => {
      const { scale, x, y } = viewAll(content, frame);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + content.width * scale).toBeLessThanOrEqual(frame.width);
      expect(y + content.height * scale).toBeLessThanOrEqual(frame.height);
    })
  );
});

test('zooming keeps what is under the pointer there', () => {
  const [content, frame] = [
    { width: 2000, height: 1000 },
    { width: 800, height: 400 },
  ];
  const before = { scale: 1, x: -500, y: -200 };
  const at = { x: 300, y: 100 };
  const after = zoomed(before, 1.25, at, content, frame);
  expect(after.scale).toBe(1.25);
  expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
  expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
});

test('no zoom and no drag loses the graph', () => {
  const moves = fc.array(
    fc.oneof(
      fc.record({ factor: fc.double({ min: 0.1, max: 10, noNaN: true }) }),
      fc.record({
        by: fc.record({ x: fc.integer({ min: -9999, max: 9999 }), y: fc.integer({ min: -9999, max: 9999 }) }),
      })
    )
  );
  fc.assert(
    fc.property(graph(5000), size(2000), moves, (content, frame, steps) => {
      let view = viewReadable(content, frame);
      for (const step of steps) {
        view =
          'by' in step
            ? panned(view, step.by, content, frame)
            : zoomed(view, step.factor, { x: 1, y: 1 }, content, frame);
      }
      expect(view.scale).toBeGreaterThan(0);
      expect(view.x).toBeLessThan(frame.width);
      expect(view.x + content.width * view.scale).toBeGreaterThan(0);
      expect(view.y).toBeLessThan(frame.height);
      expect(view.y + content.height * view.scale).toBeGreaterThan(0);
      expect(kept(view, content, frame)).toEqual(view);
    })
  );
});

test('revealing brings a card into sight and moves nothing that is in sight', () => {
  const frame = { width: 600, height: 400 };
  const view = { scale: READABLE_SCALE, x: 0, y: 0 };
  const far = { x: 3000, y: 20, width: 248, height: 120 };
  const moved = revealed(view, far, frame);
  expect(moved.x + far.x * moved.scale).toBeGreaterThanOrEqual(0);
  expect(moved.x + (far.x + far.width) * moved.scale).toBeLessThanOrEqual(frame.width);
  expect(revealed(moved, far, frame)).toBe(moved);
});
