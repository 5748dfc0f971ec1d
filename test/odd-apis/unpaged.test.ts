import { describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList, numbered, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';
import { idsOf, type ListName, readWindow, walk } from './walking.ts';

describe.each<[ListName, string]>([
  ['customerData', ''],
  ['customerProfiles', `filter: { customerIds: ${JSON.stringify(numbered(8))} }`],
])('%s of an API that gives its whole list whatever page is asked for', (list, args) => {
  async function start() {
    const gateway = await startGateway();
    const ids = numbered(8);
    answering(gateway.hood, () =>
      hoodList(
        ids.map((id) => ({ id, target: id })),
        ids.length,
      ),
    );
    const profiles = ids.map((id) => fakeProfile(id));
    answering(gateway.sor.api, () => sorResult({ total_profiles: 8, total_pages: 1, profiles }));
    return gateway;
  }

  test.each([3, 5, 8, 20])('is walked by %i to its end', async (size) => {
    await using gateway = await start();
    const windows = await walk(gateway, list, { size, args });
    expect(idsOf(windows)).toEqual(numbered(8));
    expect(windows.map(({ totalCount }) => totalCount)).toEqual(windows.map(() => 8));
    for (const { calls } of windows) expect(calls.length).toBeLessThanOrEqual(2);
  });

  test('has the same end', async () => {
    await using gateway = await start();
    expect((await readWindow(gateway, list, `last: 3 ${args}`)).ids).toEqual(['6', '7', '8']);
  });
});
