import type { Locator, Page } from 'playwright-core';

/** More stops than any editor has. */
const MOST_STOPS = 120;

/** Goes on by the Tab key, or back, until the element has the focus. @throws where it cannot be reached, naming what was */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  await target.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element: { matches(selector: string): boolean }) => element.matches(':focus'))) {
      return;
    }
    await page.keyboard.press(key);
    passed.push(await focused(page));
  }
  throw new Error(`the key ${key} never comes to ${target.toString()}, only to ${[...new Set(passed)].join(', ')}`);
}

async function focused(page: Page): Promise<string> {
  const element = page.locator(':focus');
  return (await element.count()) === 0 ? 'nothing' : element.evaluate(({ tagName, id }) => `${tagName}#${id}`);
}

/** Chooses an option of a list that has the focus: types a part of it, goes there by arrows, and takes it. */
export async function typeAndChoose(page: Page, text: string, option: string | RegExp = text): Promise<void> {
  await page.keyboard.type(text);
  const wanted = page.getByRole('option', { name: option }).last();
  await wanted.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if ((await wanted.getAttribute('aria-selected')) === 'true') {
      return page.keyboard.press('Enter');
    }
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`the arrow keys never come to the option ${String(option)}`);
}
