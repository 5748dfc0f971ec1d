import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** GraphiQL in a browser, in the words of somebody who uses it. */
export class Graphiql {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the gateway as one who was told its address, and waits until the schema is known. */
  static async open(page: Page, origin: string): Promise<Graphiql> {
    const graphiql = new Graphiql(page);
    await graphiql.#loaded(() => page.goto(`${origin}/`));
    return graphiql;
  }

  reload(): Promise<void> {
    return this.#loaded(() => this.page.reload());
  }

  tabs(): Promise<string[]> {
    return this.page.getByRole('tab').locator(TAB_NAME).allTextContents();
  }

  async openTab(): Promise<string | undefined> {
    const [name] = await this.page.getByRole('tab', { selected: true }).locator(TAB_NAME).allTextContents();
    return name;
  }

  switchTo(tab: string): Promise<void> {
    return this.page.getByRole('tab', { name: tab }).click();
  }

  run(): Promise<void> {
    return this.page.getByRole('button', { name: /Execute query/ }).click();
  }

  /**
   * Runs the open tab as often as it takes: right after a tab was opened GraphiQL may still look for the operation of
   * the one before, and say that there is none.
   */
  async runUntilItSays(text: string): Promise<void> {
    const sayOrRun = async () => {
      const answer = await this.answer();
      if (!answer.includes(text)) await this.run();
      return answer;
    };
    await expect.poll(sayOrRun, { interval: 1000, timeout: 20_000 }).toContain(text);
  }

  /** The lines of the answer that are in sight. */
  async answer(): Promise<string> {
    return textIn(this.page.locator('.graphiql-response .view-lines'));
  }

  /** The lines of the operation that are in sight. */
  async operation(): Promise<string> {
    return textIn(this.#queryEditor);
  }

  /** The lines of the headers, when their editor is open. */
  async headers(): Promise<string> {
    return textIn(this.#headersEditor);
  }

  async replaceOperation(text: string): Promise<void> {
    await this.#replace(this.#queryEditor, text);
  }

  async replaceHeaders(text: string): Promise<void> {
    await this.#replace(this.#headersEditor, text);
  }

  /** Typed key by key, so that the editor helps. */
  async #replace(editor: Locator, text: string): Promise<void> {
    await editor.click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
  }

  async #loaded(load: () => Promise<unknown>): Promise<void> {
    const introspection = this.page.waitForResponse((response) => response.request().method() === 'POST');
    await load();
    await introspection;
    await this.#queryEditor.waitFor();
  }

  get #headersEditor(): Locator {
    return this.page.locator('.graphiql-editor-tool .view-lines').last();
  }

  get #queryEditor(): Locator {
    return this.page.locator('.graphiql-query-editor .view-lines');
  }
}

/** Without the button that closes the tab. */
const TAB_NAME = '.graphiql-tab-button';

/** Monaco writes every blank as one that does not break. */
async function textIn(editor: Locator): Promise<string> {
  const lines = await editor.locator('.view-line').allTextContents();
  return lines.join('\n').replaceAll('\u00a0', ' ');
}
