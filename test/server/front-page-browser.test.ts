import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, hasChromium, startChromium } from '../support/chromium.ts';
import { startGateway } from '../support/gateway.ts';
import { requires } from '../support/requirement.ts';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

describe.runIf(requires('Chromium', hasChromium))('the front page in a browser', { timeout: 60_000 }, () => {
  /** One for all. */
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  const sandbox = { UPSTREAM: 'sandbox', HOOD_RATE: '10/s,150/m' };
  const live = { HOOD_RATE: '2/s,150/m', SOR_TOKEN: '' };
  const locked = { AUTH: 'secret', GATEWAY_SECRET: 'open-sesame-open-sesame' };

  test.each([
    ['the sandbox', '/', sandbox],
    ['real data, an API that fails and one that is not configured', '/', live],
    ['a stranger', '/', locked],
    ['a path where nothing is', '/a/b', sandbox],
  ])('for %s everybody can read it, on a phone and in the dark too', async (name, path, env) => {
    await using gateway = await startGateway({ env: { ...env, PUBLIC_URL: '' } });
    const origin = await gateway.listen();
    if (env === live) {
      gateway.hood.dials.fault = () => ({ kind: 'status', status: 401 });
      await gateway.query('{ hoodExports { totalCount } }');
    }
    await using page = await browser.newPage();
    const faults = faultsOf(page, origin);
    await page.goto(origin + path);
    // Evaluated from outside: the page itself may run no script.
    await page.evaluate(AXE);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate('axe.run({ resultTypes: ["violations"] })');
        const violations = (found as { violations: { id: string; nodes: { html: string }[] }[] }).violations;
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toMatch(
          colorScheme === 'dark' ? /^rgb\(1\d, / : /^rgb\(25\d, /,
        );
        const { SCREENSHOTS } = process.env;
        const shot = `${SCREENSHOTS}/${name}, ${size}, ${colorScheme}.png`;
        if (SCREENSHOTS) await page.screenshot({ path: shot, fullPage: true });
      }
    }
    expect(faults.filter((fault) => !fault.includes('status of 404'))).toEqual([]);
  });

  test('leads to GraphiQL and the schema, and every link to something', async () => {
    await using gateway = await startGateway({ env: { ...sandbox, PUBLIC_URL: '' } });
    const origin = await gateway.listen();
    await using page = await browser.newPage();
    await page.goto(origin);
    const main = page.getByRole('navigation', { name: 'Main' });
    const links = await main.getByRole('link').evaluateAll((all) => all.map((each) => Reflect.get(each, 'href')));
    expect(links).toEqual(['graphql', 'schema.graphql'].map((path) => `${origin}/${path}`));
    for (const link of await page.getByRole('link').evaluateAll((all) => all.map((each) => Reflect.get(each, 'href'))))
      expect([link, (await fetch(link, { headers: { accept: 'text/html' } })).status]).toEqual([link, 200]);
  });
});
