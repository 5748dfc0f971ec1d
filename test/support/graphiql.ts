import type { Locator, Page, Response } from 'playwright-core';
import { expect } from 'vitest';

/** GraphiQL in a browser, in the words of somebody who uses it. */
export class Graphiql {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens it, and waits until the schema is known. */
  static async open(page: Page, origin: string): Promise<Graphiql> {
    const graphiql = new Graphiql(page);
    await graphiql.#loaded(() => page.goto(`${origin}/graphql`));
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

  async switchTo(tab: string): Promise<void> {
    await this.page.getByRole('tab', { name: tab }).click();
    await this.#knows(tab);
  }

  /** Turns the wheel over the tabs, and waits until they have moved. */
  async scrollTabs(): Promise<void> {
    const tabs = this.page.locator('.graphiql-tabs');
    await tabs.hover();
    await this.page.mouse.wheel(0, 1_000);
    await expect.poll(() => tabs.evaluate((element) => element.scrollLeft), PATIENCE).toBeGreaterThan(0);
  }

  /** Runs the open tab, and waits until the gateway begins to answer. */
  async run(): Promise<Response> {
    const [response] = await Promise.all([
      this.page.waitForResponse((response) => new URL(response.url()).pathname === '/graphql', PATIENCE),
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

  /** What the toolbar says of the last operation: its calls, how long they waited, and what is left of the limits. */
  async cost(): Promise<string> {
    return (await this.page.locator('#toolbar [role=status]').textContent()) ?? '';
  }

  /** The calls that the toolbar lists once it was opened, without how long they took. */
  async calls(): Promise<string[][]> {
    const rows = await this.page.locator('#toolbar tr:has(td):visible').all();
    const cells = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
    return cells.map(([api = '', call = '', status = '', , , from = '']) => [api, call, status, from]);
  }

  /** Opens what the toolbar hides, or hides it again. */
  toggleCalls(): Promise<void> {
    return this.page.locator('#toolbar summary').click();
  }

  /** What the line above it says about who calls. */
  async caller(): Promise<string> {
    return (await this.page.locator('#toolbar output').textContent()) ?? '';
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
    await this.#knows(text);
  }

  async typeHeaders(text: string): Promise<void> {
    await this.#empty(this.#headersEditor);
    await this.page.keyboard.type(text);
  }

  /** GraphiQL takes a moment to learn the name of another operation, and runs nothing until then. */
  async #knows(text: string): Promise<void> {
    await expect.poll(() => this.page.evaluate('localStorage["graphiql:query"]'), PATIENCE).toContain(text);
  }

  async #empty(editor: Locator): Promise<void> {
    // Where it begins: its middle may be out of sight, and nobody could scroll it as the click would.
    await editor.click({ position: { x: 9, y: 9 } });
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
