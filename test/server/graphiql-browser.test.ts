import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/graph/scopes.ts';
import { readyOperations } from '../../src/server/graphiql-page.ts';
import { faultsOf, hasChromium, startChromium } from '../support/chromium.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { Graphiql, PATIENCE } from '../support/graphiql.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import { Moments } from '../support/live.ts';
import { requires } from '../support/requirement.ts';

const READY_OPERATIONS = readyOperations();
const NAMES = READY_OPERATIONS.map(({ operation }) => operation.match(/^(?:query|mutation) (\w+)/m)?.[1] ?? '');
const WINDOW = { viewport: { width: 1360, height: 860 } };
const REMEMBERED_TAB = 'JSON.parse(localStorage["graphiql:tabState"]).activeTabIndex';

describe.runIf(requires('Chromium', hasChromium))('GraphiQL in a browser', { timeout: 90_000 }, () => {
  /** One for all: each page that it opens remembers nothing of the others. */
  let browser: Browser;
  /** One for all that need no secret: making the page and compressing it takes longer than most tests. */
  let gateway: Gateway;
  const moments = new Moments();
  let origin: string;
  beforeAll(async () => {
    browser = await startChromium();
    gateway = await startGateway({ hood: { rows: 100 }, sor: { profiles: 100 }, nextMoment: moments.nextMoment });
    origin = await gateway.listen();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  test('runs each ready operation as soon as its tab is opened, and shows what it cost', async () => {
    await using page = await browser.newPage(WINDOW);
    const faults = faultsOf(page, origin);
    const graphiql = await Graphiql.open(page, origin);
    expect(await page.title()).toBe('Hood + SOR');
    expect(await graphiql.tabs()).toEqual(NAMES);
    expect(await graphiql.operation()).toContain('# Costs 1 upstream call.');

    for (const name of NAMES) {
      await graphiql.switchTo(name);
      const response = await graphiql.run();
      expect(response.request().postDataJSON().query).toMatch(new RegExp(`^(query|mutation) ${name}\\b`));
      expect(response.request().headers()['x-upstream-cost']).toBe('calls');
      const { data, errors } = await response.json();
      expect([name, errors]).toEqual([name, undefined]);
      await graphiql.says(`"${Object.keys(data)[0]}": {`);
    }
    await graphiql.says('"calls": 1,');
    expect(page.url()).toBe(`${origin}/graphql`);
    expect(faults).toEqual([]);
  });

  test('explains types, completes names, and shows the parts of an answer as they come', async () => {
    await using page = await browser.newPage(WINDOW);
    const faults = faultsOf(page, origin);
    const graphiql = await Graphiql.open(page, origin);

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const documentation = page.locator('.graphiql-plugin');
    await documentation.getByText('Query', { exact: true }).click();
    await documentation.getByText('GdprRequestConnection', { exact: true }).click();
    await documentation.getByText('A window of the GDPR requests.').waitFor();

    await graphiql.typeOperation('{ profilePro');
    const suggestion = page.locator('.suggest-widget').getByText('profileProperties').first();
    await suggestion.waitFor();
    await suggestion.click();
    await expect.poll(() => graphiql.operation(), PATIENCE).toContain('{ profileProperties');

    expect(faults).toEqual([]);
    // The page closes the connection as soon as it has the last part, which counts as a failure to load the rest.
    await graphiql.pasteOperation('{ hoodExports(first: 1) { totalCount } ... @defer { __typename } }');
    const response = await graphiql.run();
    expect(response.headers()['content-type']).toContain('multipart/mixed');
    await graphiql.says('"totalCount": 105');
    await graphiql.says('"__typename": "Query"');
  });

  test('shows each event of a subscription, whose variables no address has, until it is stopped', async () => {
    await using page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, origin);
    const put = (status: string) => gateway.hood.replace('exports', [{ id: '7', status }]);
    put('queued');
    await graphiql.pasteOperation('subscription { hoodExport(hoodId: "7") { status } }');
    const response = await graphiql.run();
    expect([response.url(), response.headers()['content-type']]).toEqual([`${origin}/graphql`, 'text/event-stream']);
    await graphiql.says('"queued"');
    put('running');
    await moments.pass();
    await graphiql.says('"running"');
    await page.getByRole('button', { name: /Stop query/ }).click(PATIENCE);
    await moments.settled(0);
  });

  test('keeps the tabs at a reload, and no header that was typed', async () => {
    await using page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, origin);
    const tabs = await graphiql.tabs();
    await graphiql.reload();
    expect(await graphiql.tabs()).toEqual(tabs);
    expect(await graphiql.openTab()).toBe('PendingRequests');

    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await graphiql.typeHeaders('{"authorization": "Bearer very-private');
    const response = await graphiql.run();
    expect(response.request().headers()['authorization']).toBe('Bearer very-private');
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

  test('asks for what lets in, keeps it in memory alone, and says who one is and what one lacks', async () => {
    await using provider = await startIdentityProvider();
    const secret = 'open-sesame-open-sesame';
    const env = { ...provider.settings, AUTH: 'jwt,secret', GATEWAY_SECRET: secret };
    await using locked = await startGateway({ env });
    await using page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, await locked.listen());
    await expect.poll(() => graphiql.answer(), PATIENCE).toContain('UNAUTHENTICATED');
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('Expected a token');

    const token = await provider.token({ scope: SCOPES.filter((scope) => scope !== 'sor:write').join(' ') });
    await graphiql.signIn('Token', token);
    await expect.poll(() => graphiql.caller(), PATIENCE).toBe('Known as jwt:anna, without sor:write.');
    expect((await graphiql.run()).request().headers()['authorization']).toBe(`Bearer ${token}`);
    await graphiql.says('"fullName": "John Smith"');

    await graphiql.signIn('Secret', 'wrong');
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('Expected a token');
    await graphiql.signIn('Secret', secret);
    await expect.poll(() => graphiql.caller(), PATIENCE).toBe('Known as secret, without secrets:read.');
    const headers = (await graphiql.run()).request().headers();
    expect([headers['x-gateway-secret'], headers['authorization']]).toEqual([secret, undefined]);
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'] });

    const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie, document.URL])');
    expect(kept).toContain('PendingRequests');
    for (const text of [secret, token]) expect(kept).not.toContain(text);
    await graphiql.reload();
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('Expected a token');
  });

  test('shows no line about callers where anybody may do everything', async () => {
    await using open = await startGateway({ env: { UPSTREAM: 'sandbox' } });
    await using page = await browser.newPage(WINDOW);
    const told = page.waitForResponse((response) => response.url().endsWith('/caller'));
    await Graphiql.open(page, await open.listen());
    expect((await (await told).json()).missingScopes).toEqual([]);
    expect(await page.locator('#credential').isVisible()).toBe(false);
  });
});
