import { describe, expect, test } from 'vitest';
import { routersAreThere, runScript } from './router-programs.ts';

describe.runIf(routersAreThere())('the programs', { timeout: 60_000 }, () => {
  // The check of the whole project leaves them out: it also runs where no router is installed.
  test('every program fits the types of its composer or router', async () => {
    expect(await runScript('node_modules/typescript/bin/tsc', ['-p', 'test/routers', '--singleThreaded'])).toBe('');
  });
});
