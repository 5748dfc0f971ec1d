import { expect, test } from 'vitest';
import type { Attempt, AttemptGuard } from '../../../src/http/client/client-options.ts';
import { guardChain } from '../../../src/http/client/client-options.ts';
import { template } from '../../../src/http/client/path.ts';

const ATTEMPT: Attempt = {
  method: 'GET',
  route: template('/'),
  signal: undefined,
  deadline: 0,
  caller: undefined,
  priority: 'interactive',
};

test('the first guard stands around the second, each time it sends', async () => {
  const seen: string[] = [];
  const twice: AttemptGuard = async (_, send) => {
    seen.push('outer');
    await send();
    return send();
  };
  const once: AttemptGuard = async (_, send) => {
    seen.push('inner');
    return send();
  };
  const chain = guardChain(twice, undefined, once);
  const reply = await chain(ATTEMPT, async () => {
    seen.push('sent');
    return { status: 200, headers: {} };
  });
  expect(seen).toEqual(['outer', 'inner', 'sent', 'inner', 'sent']);
  expect(reply).toEqual({ status: 200, headers: {} });
});
