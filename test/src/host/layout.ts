import type { Page } from 'playwright-core';

/** As much of the browser's own type as is needed: those of the browser are not known to Node. */
interface Drawn {
  readonly tagName: string;
  readonly id: string;
  readonly textContent: string | null;
  getBoundingClientRect(): { readonly right: number; readonly width: number };
  querySelectorAll(selector: string): Iterable<Drawn>;
}

/** What of a view is wider than its place: on a phone nobody can scroll there. */
export function outside(page: Page): Promise<string[]> {
  return page.getByTestId('view').evaluate((view: Drawn) => {
    const edge = view.getBoundingClientRect().right;
    return [...view.querySelectorAll('*')]
      .filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 2 && right > edge + 1;
      })
      .map(({ tagName, id, textContent }) => `${tagName} ${id} ${(textContent ?? '').slice(0, 40)}`);
  });
}
