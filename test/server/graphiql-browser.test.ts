import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/graph/scopes.ts';
import { APIS } from '../../src/graph/upstream-api.ts';
import { callsOf, examplesFor } from '../../src/server/graphiql/graphiql.ts';
import { faultsOf, hasChromium, startChromium } from '../support/chromium.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { Graphiql, PATIENCE } from '../support/graphiql.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import { Moments } from '../support/live.ts';
import { requires } from '../support/requirement.ts';

/** Each example's name, and how many calls it makes. */
const EXAMPLES = examplesFor({ isSandbox: true, apis: APIS.map(({ name: api, title }) => ({ api, title })) }).map(
  ({ operation }) => {
    const calls = Object.values(callsOf(operation)).reduce((total, each) => total + each, 0);
    return { name: operation.match(/^(?:query|mutation) (\w+)/m)?.[1] ?? '', calls };
  },
);
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const WINDOW = { viewport: { width: 1360, height: 860 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const REMEMBERED_TAB = 'JSON.parse(localStorage["graphiql:tabState"]).activeTabIndex';

/** What keeps people from reading or using the bar, as browsers' own audits would find it. */
async function violationsIn(page: Page): Promise<unknown> {
  await page.evaluate(AXE);
  return page.evaluate('axe.run("#toolbar").then(({ violations }) => violations.map(({ id }) => id))');
}

describe.runIf(requires('Chromium', hasChromium))('GraphiQL in a browser', { timeout: 90_000 }, () => {
  /** One for all: each page that it opens remembers nothing of the others. */
  let browser: Browser;
  /** One for all that need no secret: making the page and compressing it takes longer than most tests. */
  let gateway: Gateway;
  const moments = new Moments();
  let origin: string;
  beforeAll(async () => {
    browser = await startChromium();
    const env = { UPSTREAM: 'sandbox', HOOD_RATE: '100/s,1000/m' };
    const { nextMoment } = moments;
    gateway = await startGateway({ env, hood: { rows: 100 }, sor: { profiles: 100 }, nextMoment });
    origin = await gateway.listen();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.[Symbol.asyncDispose]();
  });

  test('runs each example as soon as its tab is opened, and shows what it cost', async () => {
    await using page = await browser.newPage(WINDOW);
    const faults = faultsOf(page, origin);
    const graphiql = await Graphiql.open(page, origin);
    expect(await page.title()).toBe('Hood + SOR');
    expect(await graphiql.tabs()).toEqual(EXAMPLES.map(({ name }) => name));
    expect(await graphiql.operation()).toContain('# Costs 1 call to Hood and 1 call to SOR.');
    expect(await page.locator('#toolbar b').textContent()).toBe('SANDBOX');
    // Anybody may do everything here, so there is nothing to say about callers.
    expect(await page.locator('#toolbar form').isVisible()).toBe(false);

    for (const { name, calls } of EXAMPLES) {
      await graphiql.switchTo(name);
      const response = await graphiql.run();
      expect(response.request().postDataJSON().query).toMatch(new RegExp(`^(query|mutation) ${name}\\b`));
      expect(response.request().headers()['x-upstream-cost']).toBe('calls');
      const { data, errors } = await response.json();
      expect([name, errors]).toEqual([name, undefined]);
      await graphiql.says(`"${Object.keys(data)[0]}": {`);
      await expect.poll(() => graphiql.cost(), PATIENCE).toMatch(new RegExp(`^${calls} calls? · waited \\d+ ms`));
    }
    await graphiql.says('"calls": 1,');
    expect(page.url()).toBe(`${origin}/graphql`);
    expect(faults).toEqual([]);
  });

  test('lists the calls of an answer, and of one that comes in parts', async () => {
    await using page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, origin);
    expect(await graphiql.cost()).toBe('Run an operation to see its calls.');
    await graphiql.run();
    await expect
      .poll(() => graphiql.cost(), PATIENCE)
      .toMatch(/^2 calls · waited \d+ ms · HOOD: 9\d\d left this minute$/);
    expect(await graphiql.calls()).toEqual([]);
    await graphiql.toggleCalls();
    const [hood, sor] = await graphiql.calls();
    expect(hood).toEqual([
      'HOOD',
      'GET /v1/hood/gdpr-requests?fields=client_id,id,status,submission_reason&page=1,5&sort=create_time',
      '200',
      'network',
    ]);
    expect(sor?.[1]).toMatch(/^GET \/api\/customer_profiles\?attribute_keys=/);
    expect(await violationsIn(page)).toEqual([]);

    await graphiql.pasteOperation('{ customerData { totalCount } ... @defer { hoodExports { totalCount } } }');
    expect((await graphiql.run()).headers()['content-type']).toContain('multipart/mixed');
    const routes = async () => (await graphiql.calls()).map(([, call]) => call?.replace(/\?.*/, ''));
    await expect.poll(routes, PATIENCE).toEqual(['GET /v1/hood/customer-data', 'GET /v1/hood/exports']);

    await page.route('**/graphql', (route) =>
      route.fulfill({ status: 503, contentType: 'text/html', body: '<p>Bad</p>' }),
    );
    await graphiql.run();
    await graphiql.says('Bad');
    expect([await graphiql.cost(), await graphiql.calls()]).toEqual(['No calls reported.', []]);
  });

  test('has everything within reach on a phone', async () => {
    await using page = await browser.newPage(PHONE);
    const graphiql = await Graphiql.open(page, origin);
    await graphiql.run();
    await graphiql.says('"customerProfile": {');
    await graphiql.toggleCalls();
    expect(await graphiql.calls()).toHaveLength(2);
    await graphiql.toggleCalls();
    const wide = ['.graphiql-query-editor', '.graphiql-editor-tool', '.graphiql-response'];
    for (const place of wide) {
      const { x = -1, width = 0, height = 0 } = (await page.locator(place).first().boundingBox()) ?? {};
      expect([place, x >= 0, width > 340, x + width <= 390, height > 30]).toEqual([place, true, true, true, true]);
    }
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByText('Customer data of two products as one graph').waitFor();
    await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();
    await graphiql.pasteOperation('{ systemsOfRecord { totalCount } }');
    await graphiql.run();
    await graphiql.says('"systemsOfRecord": {');
    const size = '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]';
    expect(await page.evaluate(size)).toEqual([390, 844]);
  });

  test('moves its tabs by the wheel, explains types, completes names, and shows the parts of an answer as they come', async () => {
    await using page = await browser.newPage(WINDOW);
    const faults = faultsOf(page, origin);
    const graphiql = await Graphiql.open(page, origin);

    await graphiql.scrollTabs();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const documentation = page.locator('.graphiql-plugin');
    await documentation.getByText('Customer data of two products as one graph').waitFor();
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
    await expect.poll(() => graphiql.cost(), PATIENCE).toContain('1 call ');
    put('running');
    await moments.pass();
    await graphiql.says('"running"');
    await expect.poll(() => graphiql.cost(), PATIENCE).toContain('2 calls');
    await page.getByRole('button', { name: /Stop query/ }).click(PATIENCE);
    await moments.settled(0);
  });

  test('keeps the tabs at a reload, apart from those of real data, and no header that was typed', async () => {
    await using page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, origin);
    const tabs = await graphiql.tabs();
    await graphiql.reload();
    expect(await graphiql.tabs()).toEqual(tabs);
    expect(await graphiql.openTab()).toBe('Joined');

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

    // As if the sandbox had been started after a gateway with real data: each has tabs of its own.
    await page.evaluate('localStorage["graphiql:mode"] = "LIVE"');
    await graphiql.switchTo('DenyRequest');
    await expect.poll(() => page.evaluate(REMEMBERED_TAB), PATIENCE).toBe(tabs.indexOf('DenyRequest'));
    await graphiql.reload();
    expect(await graphiql.openTab()).toBe('Joined');
    expect(await page.evaluate('localStorage["graphiql:tabs:LIVE"]')).toContain('DenyRequest');
  });

  test('asks for what lets in, keeps it in memory alone, and says who one is and what one lacks', async () => {
    await using provider = await startIdentityProvider();
    const secret = 'open-sesame-open-sesame';
    const env = { ...provider.settings, AUTH: 'jwt,secret', GATEWAY_SECRET: secret };
    await using locked = await startGateway({ env, beside: gateway });
    await using page = await browser.newPage(WINDOW);
    const graphiql = await Graphiql.open(page, await locked.listen());
    await expect.poll(() => graphiql.answer(), PATIENCE).toContain('UNAUTHENTICATED');
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('Expected a token');

    const token = await provider.token({ scope: SCOPES.filter((scope) => scope !== 'sor:write').join(' ') });
    await graphiql.signIn('Token', token);
    await expect.poll(() => graphiql.caller(), PATIENCE).toBe('You are jwt:anna. Missing scopes: sor:write.');
    expect((await graphiql.run()).request().headers()['authorization']).toBe(`Bearer ${token}`);
    await graphiql.says('"firstName": ');
    expect(await page.locator('#toolbar b').textContent()).toBe('LIVE');

    await graphiql.signIn('Secret', 'word\u201d');
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('non ISO-8859-1');
    await graphiql.signIn('Token', `Bearer ${token}`);
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('You are jwt:anna.');
    await graphiql.signIn('Secret', 'wrong');
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('Refused. Expected a token');
    await graphiql.signIn('Secret', secret);
    await expect.poll(() => graphiql.caller(), PATIENCE).toBe('You are secret. Missing scopes: secrets:read.');
    const headers = (await graphiql.run()).request().headers();
    expect([headers['x-gateway-secret'], headers['authorization']]).toEqual([secret, undefined]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violationsIn(page)).toEqual([]);
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'] });

    const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie, document.URL])');
    expect(kept).toContain('PendingRequests');
    for (const text of [secret, token]) expect(kept).not.toContain(text);
    await graphiql.reload();
    await expect.poll(() => graphiql.caller(), PATIENCE).toContain('Expected a token');
  });
});
