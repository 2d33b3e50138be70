import type { Locator } from '@playwright/test';

/** The fields of our editors by the names that people read. */
export class Editor {
  constructor(private readonly root: Locator) {}

  field(name: string): Locator {
    return this.root.getByRole('combobox', { name, exact: true });
  }

  /** Chooses what is offered, or uses the text where nothing is. */
  async choose(name: string, text: string): Promise<void> {
    const page = this.root.page();
    await this.field(name).click();
    await this.field(name).fill(text);
    const told = page.getByText(text, { exact: true });
    await page.getByRole('option').filter({ has: told }).first().click();
    // The list of several stays open; Escape on a closed one clears it.
    if ((await this.field(name).getAttribute('aria-expanded')) === 'true') {
      await page.keyboard.press('Escape');
    }
  }

  async type(name: string, text: string): Promise<void> {
    const field = this.root.getByRole('textbox', { name });
    await field.fill(text);
    await field.press('Enter');
  }
}
