import { SELF_WORKFLOW } from '@pneumograph/contract';
import { toAlert } from '../query/index.js';
import type { AlertsQuestion, PointsQuestion, Store } from '../store/index.js';
import { pages } from './pages.js';
import { alertRow, header, pointRow, write, type ExportFormat } from './rows.js';

export type ExportQuestion =
  | { readonly what: 'points'; readonly format: ExportFormat; readonly question: Omit<PointsQuestion, 'limit'> }
  | { readonly what: 'alerts'; readonly format: ExportFormat; readonly question: Omit<AlertsQuestion, 'limit'> };

const ALERTS_PAGE = 1000;

/**
 * Points or alerts as text, piece by piece: points by time, alerts newest first. What Pneumograph tells of itself is in
 * it only where its workflow is named.
 */
export async function* exportText(
  store: Pick<Store, 'points' | 'alerts'>,
  { what, format, question }: ExportQuestion
): AsyncGenerator<string> {
  const isAsked = ({ workflow }: { workflow: string }): boolean =>
    question.workflow !== undefined || workflow !== SELF_WORKFLOW;
  const first = header(what, format);
  if (first !== '') {
    yield first;
  }
  if (what === 'points') {
    for await (const points of pages(store, question)) {
      const told = points.filter(({ series }) => isAsked(series));
      if (told.length > 0) {
        yield write(what, format, told.map(pointRow));
      }
    }
    return;
  }
  for await (const alerts of alertPages(store, question)) {
    yield write(what, format, alerts.filter(isAsked).map((alert) => alertRow(toAlert(alert))));
  }
}

async function* alertPages(store: Pick<Store, 'alerts'>, question: Omit<AlertsQuestion, 'limit'>) {
  let [to, limit] = [question.to, ALERTS_PAGE];
  // Alerts that began at one moment may be cut apart by the limit: those of the oldest moment are asked for again.
  const told = new Set<string>();
  for (;;) {
    const found = await store.alerts({ ...question, to, limit });
    const fresh = found.filter(({ id }) => !told.has(id));
    fresh.forEach(({ id }) => told.add(id));
    if (fresh.length > 0) {
      yield fresh;
    }
    const oldest = found.at(-1)?.startsAt;
    if (found.length < limit || oldest === undefined) {
      return;
    }
    limit = fresh.length === 0 ? limit * 2 : ALERTS_PAGE;
    to = Math.floor(oldest) + 1;
  }
}
