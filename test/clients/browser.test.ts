import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasChromium, startChromium } from '../support/chromium.ts';
import { found, judgeFrom } from '../support/conformance.ts';
import { startGateway } from '../support/gateway.ts';
import { Moments } from '../support/live.ts';
import { requires } from '../support/requirement.ts';

/** What the script of a page does when its form with an `<input type="file">` is sent; runs in the page. */
async function sendForm(): Promise<unknown> {
  const chosen = document.querySelector<HTMLInputElement>('#chosen')?.files?.[0];
  const form = new FormData();
  const query =
    'mutation ($input: ImportAttributeValuesInput!) { importAttributeValues(input: $input) { __typename } }';
  const input = { systemOfRecord: 'SOR_767yUpsMJoTWi0mz', file: null };
  form.append('operations', JSON.stringify({ query, variables: { input } }));
  form.append('map', JSON.stringify({ file: ['variables.input.file'] }));
  if (chosen) form.append('file', chosen);
  const response = await fetch('graphql', {
    method: 'POST',
    headers: { 'x-graphql-upload': '1' },
    body: form,
  });
  return response.json();
}

/** Follows an export without any client, and puts its statuses into the title; runs in the page. */
function followExport(): void {
  const query = 'subscription Follow($id: ID!) { hoodExport(hoodId: $id) { status } }';
  const events = new EventSource(`graphql?${new URLSearchParams({ query, variables: '{"id":"7"}' })}`);
  events.addEventListener('next', ({ data }) => {
    document.title += ` ${JSON.parse(data).data.hoodExport.status}`;
  });
  events.addEventListener('complete', () => {
    events.close();
    document.title += ' complete';
  });
}

describe.runIf(requires('Chromium', hasChromium))('a page in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  test('a file that somebody chose in a page of Chromium is imported', async (context) => {
    await using gateway = await startGateway();
    await using folder = await mkdtempDisposable(join(tmpdir(), 'chosen-'));
    const file = join(folder.path, 'values.csv');
    await writeFile(file, 'user_id,attribute_key,value\nabcd,contract_type,Premium\n');
    await using page = await browser.newPage();
    await page.goto(`${await gateway.listen()}/health`);
    await page.evaluate(() => document.body.insertAdjacentHTML('afterbegin', '<input id="chosen" type="file">'));
    await page.setInputFiles('#chosen', file);

    expect(await page.evaluate(sendForm)).toEqual({
      data: { importAttributeValues: { __typename: 'ImportAttributeValuesSuccess' } },
    });
    await gateway.sor.settle();
    const { data } = await gateway.query(
      '{ customerProfile(customerId: "abcd") { attribute(system: "SOR_767yUpsMJoTWi0mz", key: "contract_type") { string } } }',
    );
    expect(data).toEqual({ customerProfile: { attribute: { string: 'Premium' } } });
    found(context, judgeFrom('.', 'playwright-core'));
  });

  test('the EventSource of Chromium shows each event of a subscription, until it is complete', async (context) => {
    const moments = new Moments();
    await using gateway = await startGateway({ nextMoment: moments.nextMoment });
    const put = (status: string) => gateway.hood.replace('exports', [{ id: '7', status }]);
    put('running');
    await using page = await browser.newPage();
    await page.goto(`${await gateway.listen()}/health`);
    await page.evaluate(followExport);
    await vi.waitFor(async () => expect(await page.title()).toMatch(/running$/), 10_000);
    put('ready');
    await moments.pass();
    await vi.waitFor(async () => expect(await page.title()).toMatch(/running ready complete$/), 10_000);
    expect(gateway.hoodCalls()).toHaveLength(2);
    found(context, judgeFrom('.', 'playwright-core'));
  });
});
