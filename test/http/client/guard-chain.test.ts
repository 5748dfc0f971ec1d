import { expect, test } from 'vitest';
import type { AttemptGuard } from '../../../src/http/client/flight.ts';
import { endpoint, template } from '../../../src/http/client/path.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { hoodClient } from './hood-client.ts';

test('the first guard stands around the second, each time it sends', async () => {
  await using server = await serve(() => {
    seen.push('sent');
    return { status: 200, json: 'well' };
  });
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
  await using client = hoodClient(server, { guards: [twice, once] });
  expect(await client.get(endpoint(template('/'), {}))).toBe('well');
  expect(seen).toEqual(['outer', 'inner', 'sent', 'inner', 'sent']);
});
