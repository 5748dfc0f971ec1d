import { describe, expect, test } from 'vitest';
import { clientsAreThere, runScript } from './client-programs.ts';

describe.runIf(clientsAreThere())('the programs', { timeout: 60_000 }, () => {
  // The check of the whole project leaves them out: it also runs where no client is installed.
  test('every program fits the types of its client', async () => {
    expect(await runScript('node_modules/typescript/bin/tsc', ['-p', 'test/clients'])).toBe('');
  });
});
