import type { Page } from 'playwright-core';

/** As much of the browser's own type as is needed: those of the browser are not known to Node. */
interface Drawn {
  readonly tagName: string;
  readonly id: string;
  readonly textContent: string | null;
  getBoundingClientRect(): { readonly right: number; readonly width: number };
  querySelectorAll(selector: string): Iterable<Drawn>;
  closest(selector: string): Drawn | null;
}

/**
 * What of a view is wider than its place: on a phone nobody can scroll there.
 * @param movable CSS selector of what can be scrolled or moved
 */
export function outside(page: Page, movable?: string): Promise<string[]> {
  return page.getByTestId('view').evaluate((view: Drawn, within) => {
    const edge = view.getBoundingClientRect().right;
    return [...view.querySelectorAll('*')]
      .filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 2 && right > edge + 1 && (within === undefined || element.closest(within) === null);
      })
      .map(({ tagName, id, textContent }) => `${tagName} ${id} ${(textContent ?? '').slice(0, 40)}`);
  }, movable);
}
