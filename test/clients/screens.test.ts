import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { client, clientsAreThere } from './client-programs.ts';
import { startTypedProject } from './typed-project.ts';

const KNOWN = 'robert.hill@mymail.org';

/** Twelve requests that wait, one a minute, beside one that is decided. Every fourth person is one that nobody knows. */
const WAITING = Array.from({ length: 12 }, (_, index) => ({
  id: String(100 + index),
  status: 'pending',
  client_id: index % 4 === 3 ? 'nobody' : KNOWN,
  create_time: `2025-01-01 10:${String(10 + index)}:00`,
}));
const DECIDED = { id: '99', status: 'denied', client_id: KNOWN, create_time: '2025-01-01 09:00:00' };

const LIST = 'GET /v1/hood/gdpr-requests?';

/** Decides a request as a colleague would, while the first window is on its way to the desk. */
function letColleagueDecide(gateway: Gateway, hoodId: string): void {
  let isDecided = false;
  gateway.hood.dials.lie = async ({ line }, honest) => {
    if (line.startsWith(LIST) && !isDecided) {
      isDecided = true;
      const input = `{ hoodId: "${hoodId}", decision: DENY, rejectionReason: "No." }`;
      await gateway.query(`mutation { decideGdprRequest(input: ${input}) { __typename } }`);
    }
    return honest;
  };
}

describe.runIf(clientsAreThere())('screens over the graph', { timeout: 60_000 }, () => {
  test('a desk that decides window by window shows every request once, and overwrites nobody’s decision', async (context) => {
    await using project = await startTypedProject(['desk']);
    await using gateway = await startGateway();
    gateway.hood.replace('gdprRequests', [DECIDED, ...WAITING]);
    letColleagueDecide(gateway, '101');

    const shown = await project.run('desk', `${await gateway.listen()}/graphql`);

    const outcome = (index: number) => (index % 4 === 3 ? 'DENIED' : 'APPROVED');
    const decided = Object.fromEntries(WAITING.map(({ id }, index) => [id, outcome(index)]));
    expect(shown).toEqual({
      windows: [
        { waiting: 12, shown: 5 },
        { waiting: 12, shown: 5 },
        { waiting: 12, shown: 2 },
      ],
      seen: WAITING.map(({ id }) => id),
      decided: { ...decided, 101: 'somebody else: DENIED' },
    });
    const calls = gateway.hoodCalls();
    const lists = calls.filter((line) => line.startsWith(LIST));
    expect(lists).toHaveLength(3);
    for (const line of lists) expect(line).toContain('status=eq:pending&');
    // The colleague's decision, a look at each request before it is decided, and the decisions but for the one refused.
    const reads = calls.filter((line) => /^GET .*\/gdpr-requests\/\d+\?/.test(line));
    expect(reads.map((line) => /\d+(?=\?)/.exec(line)?.[0]).sort()).toEqual(WAITING.map(({ id }) => id));
    expect(calls.filter((line) => line.startsWith('PATCH')).sort()).toEqual(
      WAITING.map(({ id }) => `PATCH /v1/hood/gdpr-requests/${id}`),
    );
    // One lookup of the people of each window.
    expect(gateway.sorCalls().length).toBeLessThanOrEqual(4);
    found(context, client('@apollo/client'), `${WAITING.length} requests, each once`);
  });
});
