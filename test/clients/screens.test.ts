import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { client, clientsAreThere } from './client-programs.ts';
import { startTypedProject, type TypedProject } from './typed-project.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
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
  let project: TypedProject;
  beforeAll(async () => {
    project = await startTypedProject(['desk', 'segment-builder']);
  }, 60_000);
  afterAll(() => project?.[Symbol.asyncDispose]());

  test('a desk that decides window by window shows every request once, and overwrites nobody’s decision', async (context) => {
    await using gateway = await startGateway();
    gateway.hood.replace('gdprRequests', [DECIDED, ...WAITING]);
    letColleagueDecide(gateway, '101');

    const shown = await project.run('desk', `${await gateway.listen()}/graphql`);

    const outcome = (index: number) => (index % 4 === 3 ? 'DENIED' : 'APPROVED');
    const decided = Object.fromEntries(WAITING.map(({ id }, index) => [id, outcome(index)]));
    expect(shown).toMatchObject({
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

  test('a segment builder offers the keys of all systems, finds who is in a segment, and says what it cost', async (context) => {
    await using gateway = await startGateway();
    gateway.hood.replace('profileProperties', [
      { id: '1', label: 'loyalty_points', data_type: 'number', pi_data: 0 },
      { id: '2', label: 'hobbies', data_type: 'text', pi_data: 1 },
    ]);
    const points = { jeanne: 40, marc: 120, zoé: 300 };
    gateway.sor.insertProfiles(
      Object.entries(points).map(([customerId, loyalty_points]) => ({
        customerId,
        values: { [CUSTOM]: { loyalty_points } },
      })),
    );

    const url = `${await gateway.listen()}/graphql`;
    const shown = await project.run('segment-builder', url, '100', ...Object.keys(points), 'nobody');

    expect(shown).toEqual({
      offered: [
        'My Custom SoR / languages / SET',
        'My Custom SoR / loyalty_points / NUMBER',
        'Insurance back office / languages / SET',
      ],
      // Each of these two systems has it.
      withheld: ['hobbies', 'hobbies'],
      numbers: ['loyalty_points'],
      known: 3,
      segment: ['marc', 'zoé'],
      costs: [{ HOOD: 2, SOR: 1 }, { SOR: 1 }],
      errors: [null, null],
    });
    const fields = 'fields=id,label,pi_data,property,target';
    expect(gateway.hoodCalls().sort()).toEqual([
      `GET /v1/hood/profile-properties?data_type=eq:number&${fields}&page=1,100`,
      `GET /v1/hood/profile-properties?label=in:hobbies,languages,loyalty_points&${fields}&page=1,3`,
    ]);
    expect(gateway.sorCalls()).toEqual([
      'GET /api/system_of_records',
      `GET /api/customer_profiles?attribute_keys=loyalty_points&customer_id_type=user_id&customer_ids=jeanne,marc,zoé,nobody&num_per_page=100&sor_identifiers=${CUSTOM}`,
    ]);
    found(context, client('@urql/core'), '4 calls for both screens');
  });
});
