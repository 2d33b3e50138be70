import type { Page } from 'playwright-core';

/** What of a view is wider than its place: on a phone nobody can scroll there. */
export function outside(page: Page): Promise<string[]> {
  return page.getByTestId('view').evaluate((view) => {
    const edge = view.getBoundingClientRect().right;
    return [...view.querySelectorAll('*')]
      .filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 2 && right > edge + 1;
      })
      .map(({ tagName, id, textContent }) => `${tagName} ${id} ${(textContent ?? '').slice(0, 40)}`);
  });
}
