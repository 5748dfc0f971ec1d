import { describe, expect, test } from 'vitest';
import { READY_OPERATIONS } from '../../src/server/ready-operations.ts';
import { faultsOf, hasChromium, startChromium } from '../support/chromium.ts';
import { startGateway } from '../support/gateway.ts';
import { Graphiql } from '../support/graphiql.ts';
import { requires } from '../support/requirement.ts';

const WINDOW = { viewport: { width: 1360, height: 860 } };
const PATIENCE = { timeout: 15_000 };
const REMEMBERED_TAB = 'JSON.parse(localStorage["graphiql:tabState"]).activeTabIndex';

describe.runIf(requires('Chromium', hasChromium))('GraphiQL in a browser', { timeout: 90_000 }, () => {
  test('runs, explains and completes without any network', async () => {
    await using gateway = await startGateway({ hood: { rows: 100 } });
    const origin = await gateway.listen();
    await using browser = await startChromium();
    const page = await browser.newPage(WINDOW);
    const faults = faultsOf(page, origin);
    const graphiql = await Graphiql.open(page, origin);
    expect(await page.title()).toBe('Hood + SOR');
    expect(await graphiql.tabs()).toEqual(
      READY_OPERATIONS.map(({ operation }) => operation.match(/\w+ (\w+)/)?.[1]),
    );
    expect(await graphiql.operation()).toContain('# Costs 1 upstream call.');

    await graphiql.runUntilItSays('"fullName": "John Smith"');

    await graphiql.switchTo('NewestExports');
    await expect.poll(() => graphiql.operation(), PATIENCE).toContain('query NewestExports');
    await graphiql.runUntilItSays('"downloadUrl": "http://127.0.0.1');

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const documentation = page.locator('.graphiql-plugin');
    await documentation.getByText('Query', { exact: true }).click();
    await documentation.getByText('GdprRequestConnection', { exact: true }).click();
    await documentation.getByText('A window of the GDPR requests.').waitFor();

    await graphiql.replaceOperation('{ profilePro');
    const suggestion = page.locator('.suggest-widget').getByText('profileProperties').first();
    await suggestion.waitFor();
    await suggestion.click();
    await expect.poll(() => graphiql.operation(), PATIENCE).toContain('{ profileProperties');

    expect(page.url()).toBe(`${origin}/graphql`);
    expect(faults).toEqual([]);
  });

  test('keeps the tabs at a reload, and no header that was typed', async () => {
    await using gateway = await startGateway();
    await using browser = await startChromium();
    const page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, await gateway.listen());
    const tabs = await graphiql.tabs();
    await graphiql.reload();
    expect(await graphiql.tabs()).toEqual(tabs);
    expect(await graphiql.openTab()).toBe('PendingRequests');

    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await graphiql.replaceHeaders('{"authorization": "Bearer very-private');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await graphiql.run();
    expect((await sent).headers()['authorization']).toBe('Bearer very-private');
    await graphiql.switchTo('Overview');
    await expect.poll(() => page.evaluate(REMEMBERED_TAB), PATIENCE).toBe(tabs.indexOf('Overview'));

    await graphiql.reload();
    expect(await graphiql.tabs()).toEqual(tabs);
    expect(await graphiql.openTab()).toBe('Overview');
    await graphiql.switchTo('PendingRequests');
    await expect.poll(() => graphiql.operation(), PATIENCE).toContain('PendingRequests');
    expect(await graphiql.headers()).not.toContain('very-private');
    const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])');
    expect(kept).toContain('PendingRequests');
    expect(kept).not.toContain('very-private');
  });

  test('asks for the secret of the gateway where operations need one', async () => {
    const secret = 'open-sesame-open-sesame';
    await using gateway = await startGateway({ env: { AUTH: 'secret', GATEWAY_SECRET: secret } });
    await using browser = await startChromium();
    const page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, await gateway.listen());
    await expect.poll(() => graphiql.answer(), PATIENCE).toContain('UNAUTHENTICATED');
    expect(await graphiql.headers()).toContain('"x-gateway-secret": ""');

    await page.locator('.graphiql-editor-tool').getByText('""').click();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(secret);
    await graphiql.runUntilItSays('"fullName": "John Smith"');
  });
});
