import type { Locator, Page, Response } from 'playwright-core';
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

  /** Runs the open tab, and waits for what the gateway answers. */
  async run(): Promise<Response> {
    const [response] = await Promise.all([
      this.page.waitForResponse((response) => response.request().method() === 'POST', PATIENCE),
      this.page.getByRole('button', { name: /Execute query/ }).click(PATIENCE),
    ]);
    return response;
  }

  /** Waits until the answer in sight has this text. */
  async says(text: string): Promise<void> {
    await expect.poll(() => this.answer(), PATIENCE).toContain(text);
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

  /** What the line above it says about who calls. */
  async caller(): Promise<string> {
    return (await this.page.locator('#credential output').textContent()) ?? '';
  }

  async signIn(kind: 'Token' | 'Secret', value: string): Promise<void> {
    await this.page.getByLabel('Credential').selectOption(kind);
    await this.page.getByLabel('Value').fill(value);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Types an operation key by key, so that the editor helps. */
  async typeOperation(text: string): Promise<void> {
    await this.#empty(this.#queryEditor);
    await this.page.keyboard.type(text);
  }

  /** Pastes an operation: the editor has no suggestions that would cover its buttons. */
  async pasteOperation(text: string): Promise<void> {
    await this.#empty(this.#queryEditor);
    await this.page.keyboard.insertText(text);
  }

  async typeHeaders(text: string): Promise<void> {
    await this.#empty(this.#headersEditor);
    await this.page.keyboard.type(text);
  }

  async #empty(editor: Locator): Promise<void> {
    await editor.click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
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

/** Of a browser on a machine that has much else to do. */
export const PATIENCE = { timeout: 15_000 };

/** Without the button that closes the tab. */
const TAB_NAME = '.graphiql-tab-button';

/** Monaco writes every blank as one that does not break. */
async function textIn(editor: Locator): Promise<string> {
  const lines = await editor.locator('.view-line').allTextContents();
  return lines.join('\n').replaceAll('\u00a0', ' ');
}
