import { layoutGroup } from './group';
import { boxAround } from './layered';
import { packBlocks } from './pack';
import { routeLink } from './route';
import type { Box, Direction, Layout, LayoutInput, Memory, Point, Route } from './types';

export const GROUP_TITLE_HEIGHT = 34;
const GROUP_GAP = 44;
/** Kept free around a titled group's models, inside its frame. */
const GROUP_PADDING = 16;
const ZERO: Point = { x: 0, y: 0 };

export const NO_MEMORY: Memory = { models: [], links: [], groups: [] };

/**
 * Positions of all cards and links, in steps, between which other work may be done. The same input with the same
 * memory always gives the same picture; what is remembered stays where it was, as far as the topology lets it.
 */
export function* layoutSteps(input: LayoutInput, memory: Memory = NO_MEMORY): Generator<void, Layout> {
  const links = input.links.map(([source, target], index) => ({ index, source, target }));
  const groupOf = input.groups.flatMap(({ models }, group) => models.map(() => group));
  const groupLinks = input.groups.map((): typeof links => []);
  for (const link of links) {
    const group = groupOf[link.source];
    if (group !== undefined && group === groupOf[link.target]) {
      groupLinks[group]?.push(link);
    }
  }
  const laid = [];
  let first = 0;
  for (const [index, group] of input.groups.entries()) {
    const models = group.models.map((_, position) => first + position);
    first += models.length;
    laid.push(yield* layoutGroup(group, models, groupLinks[index] ?? [], input, memory));
  }

  const boxes = laid.map(({ box }, index) => framed(box, input.groups[index]?.titled === true));
  const origins = packBlocks(
    boxes.map((box, index) => ({ box, origin: memory.groups[index] })),
    GROUP_GAP,
    input.frame
  );
  const groups = boxes.map((box, index) => moved(box, origins[index]));
  const whole = boxAround(
    groups.flatMap(({ x, y, width, height }) => [
      { x, y },
      { x: x + width, y: y + height },
    ])
  );
  const shift = groups.length === 0 ? ZERO : { x: -whole.x, y: -whole.y };

  const cards: Point[] = [];
  const bends = new Map<number, { points: Point[]; label: Point }>();
  const kept: Memory = { models: [], links: input.links.map(() => undefined), groups: origins };
  laid.forEach((group, index) => {
    const by = plus(origins[index] ?? ZERO, shift);
    group.cards.forEach((corner, model) => (cards[model] = plus(corner, by)));
    group.bends.forEach(({ points, label }, link) =>
      bends.set(link, { points: points.map((point) => plus(point, by)), label: plus(label, by) })
    );
    group.models.forEach((place, model) => (kept.models[model] = place));
    group.links.forEach((place, link) => (kept.links[link] = place));
  });
  return {
    width: groups.length === 0 ? 0 : whole.width,
    height: groups.length === 0 ? 0 : whole.height,
    cards,
    routes: routesOf(input, cards, bends),
    groups: groups.map((box) => moved(box, shift)),
    origins: origins.map((origin) => plus(origin, shift)),
    memory: kept,
    shift,
  };
}

/** All steps at once. */
export function layoutWorkflows(input: LayoutInput, memory?: Memory): Layout {
  const steps = layoutSteps(input, memory);
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      return value;
    }
  }
}

function framed(box: Box, titled: boolean): Box {
  return titled
    ? {
        x: box.x - GROUP_PADDING,
        y: box.y - GROUP_PADDING - GROUP_TITLE_HEIGHT,
        width: box.width + 2 * GROUP_PADDING,
        height: box.height + 2 * GROUP_PADDING + GROUP_TITLE_HEIGHT,
      }
    : box;
}

function routesOf(input: LayoutInput, cards: Point[], bends: Map<number, { points: Point[]; label: Point }>) {
  const boxes = cards.map((corner) => ({ ...corner, ...input.card }));
  return input.links.map(([source, target], index) => {
    const [from, to] = [boxes[source], boxes[target]];
    if (from === undefined || to === undefined) {
      return { path: '', head: '', label: ZERO };
    }
    const bend = from === to ? undefined : bends.get(index);
    if (bend === undefined) {
      return routeBetween(from, to);
    }
    const { points, label } = bend;
    const { direction } = input;
    return routeLink({
      source: from,
      target: to,
      bends: points,
      label: points.length > 0 ? label : undefined,
      direction,
    });
  });
}

/** The way of a link that no layers lead. */
export function routeBetween(from: Box, to: Box): Route {
  return routeLink({ source: from, target: to, bends: [], direction: directionBetween(from, to) });
}

/** Cards that were not layered stand anywhere: their links leave and enter on the sides that face each other. */
function directionBetween(from: Box, to: Box): Direction {
  const beside = to.x >= from.x + from.width || from.x >= to.x + to.width;
  return beside || from === to ? 'right' : 'down';
}

function plus(a: Point, b: Point): Point {
  return { x: a.x + b.x, y: a.y + b.y };
}

function moved<T extends Point>(box: T, by: Point = ZERO): T {
  return { ...box, ...plus(box, by) };
}
