import { routeBetween, type Point, type Size } from '../../layout';
import type { LinkView } from '../../model';
import type { Places } from './useArrangement';

/** The places while a card is on its way: it is where the pointer is, and its links follow. */
export function withDragged(
  places: Places,
  dragged: { id: string; at: Point } | undefined,
  links: LinkView[],
  card: Size
): Places {
  if (dragged === undefined) {
    return places;
  }
  const models = new Map(places.models).set(dragged.id, dragged.at);
  const routes = new Map(places.links);
  for (const link of links) {
    const [source, target] = [models.get(link.source), models.get(link.target)];
    if ((link.source === dragged.id || link.target === dragged.id) && source && target) {
      const from = { ...source, ...card };
      routes.set(link.id, routeBetween(from, link.source === link.target ? from : { ...target, ...card }));
    }
  }
  return { ...places, models, links: routes };
}
