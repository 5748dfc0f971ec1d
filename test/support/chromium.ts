import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Whether Debian's package `chromium` is installed. */
export const hasChromium = existsSync(EXECUTABLE);

/** A browser that finds no host but this machine. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** What a page did that a page without faults and without a network does not do, one sentence each; grows as it runs. */
export function faultsOf(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on('request', (request) => {
    const url = request.url().replace(/^blob:/, '');
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) faults.push(`It asked for ${url}.`);
  });
  page.on('requestfailed', (request) => faults.push(`It could not load ${request.url()}.`));
  page.on('pageerror', (error) => faults.push(`It threw ${error}.`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`It complained: ${message.text()}`);
  });
  return faults;
}
