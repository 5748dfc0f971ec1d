import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasChromium, startChromium } from '../support/chromium.ts';
import { startGateway } from '../support/gateway.ts';
import { Graphiql, PATIENCE } from '../support/graphiql.ts';
import { requires } from '../support/requirement.ts';

/** The picture that the README shows; with `WRITES_PICTURE=1` this test makes it anew. */
const PICTURE = 'docs/graphiql.png';
const MOST_BYTES = 150_000;
const SIZE = { width: 1360, height: 765 };

/** Width and height, as a PNG begins with them. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });

describe.runIf(requires('Chromium', hasChromium))('the picture of GraphiQL', { timeout: 90_000 }, () => {
  test('shows a join with its answer and its calls, and is small', async () => {
    // As `npm start` fills its stand-ins, and with its limits.
    await using gateway = await startGateway({
      env: { UPSTREAM: 'sandbox', HOOD_RATE: '10/s,150/m' },
      hood: { rows: 5_000 },
      sor: { profiles: 10_000 },
    });
    await using browser = await startChromium();
    await using page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
    const graphiql = await Graphiql.open(page, await gateway.listen());
    await graphiql.run();
    await graphiql.says('"customerProfile": {');
    await graphiql.toggleCalls();
    // A tooltip, a cursor or a bar that fades would be on the picture by chance.
    await page.mouse.move(SIZE.width / 2, SIZE.height - 1);
    await expect.poll(() => page.locator('.scrollbar.visible').count(), PATIENCE).toBe(0);
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (process.env['WRITES_PICTURE'] === '1') writeFileSync(PICTURE, picture);

    expect(picture.length).toBeLessThan(MOST_BYTES);
    const shown = readFileSync(PICTURE);
    expect(shown.length).toBeLessThan(MOST_BYTES);
    expect(sizeOf(shown)).toEqual(sizeOf(picture));
  });
});
