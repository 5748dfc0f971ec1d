import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { aliased, answering, hoodList, listed, numbered, pageOf } from './asked.ts';
import { named, serveProfiles } from './fake-profiles.ts';
import { request } from './request-list.ts';

const CUSTOMERS = numbered(40, 'c');

/** Each customer has two requests. A list of clients with one of the bad ones comes to `fault`. */
async function start(bad: ReadonlySet<string>, fault: Fault): Promise<Gateway> {
  const gateway = await startGateway();
  serveProfiles(gateway, { people: named(CUSTOMERS) });
  const rows = CUSTOMERS.flatMap((client_id, index) =>
    [2 * index, 2 * index + 1].map((id) => ({ ...request(id, id), client_id })),
  );
  answering(gateway.hood, (asked) => {
    const ids = listed(asked, 'client_id');
    if (ids.some((id) => bad.has(id))) return fault;
    const found = rows.filter(({ client_id }) => ids.includes(client_id));
    return hoodList(pageOf(found, asked, 100), found.length);
  });
  return gateway;
}

async function ask(gateway: Gateway) {
  gateway.hoodCalls();
  const { data, errors = [] } = await gateway.query(
    aliased(CUSTOMERS, (id) => `customerProfile(customerId: "${id}") { gdprRequests(first: 5) { nodes { hoodId } } }`),
  );
  const codes = new Map(errors.map(({ path, extensions }) => [path?.[0], extensions.code]));
  const of = CUSTOMERS.map((_, index) => codes.get(`k${index}`) ?? data[`k${index}`].gdprRequests.nodes.length);
  const calls = gateway.hoodCalls();
  return { of, calls: calls.length, distinct: new Set(calls).size, first: calls[0] ?? '' };
}

const status = (code: number): Fault => ({ kind: 'status', status: code });

const REJECTED = 'UPSTREAM_REJECTED';
const UNAVAILABLE = 'UPSTREAM_UNAVAILABLE';

test.each<[string, Fault, bad: string[], code: string]>([
  ['are refused with 400', status(400), ['c7'], REJECTED],
  ['are refused with 414', status(414), ['c1', 'c40'], REJECTED],
  ['come to 500', status(500), ['c20'], UNAVAILABLE],
  ['cut the connection', { kind: 'reset' }, ['c33'], UNAVAILABLE],
  ['have JSON that breaks off', { kind: 'truncated' }, ['c2'], 'UPSTREAM_BAD_RESPONSE'],
])('only the rows of those customers fail that %s', async (_, fault, refused, code) => {
  const bad = new Set(refused);
  await using gateway = await start(bad, fault);
  const outcome = CUSTOMERS.map((id) => (bad.has(id) ? code : 2));

  const { of, distinct } = await ask(gateway);
  expect(of).toEqual(outcome);
  // The first call, and the further ones; what failed may have been tried again.
  expect(distinct).toBeLessThanOrEqual(1 + 2 * bad.size * Math.log2(40) + 2);

  // Within the next minute they are asked for alone.
  const again = await ask(gateway);
  expect(again.of).toEqual(outcome);
  expect(again.distinct).toBeLessThanOrEqual(1 + bad.size);
});

test.each([400, 401, 500])('where all come to %i the lists are not taken apart to the end', async (code) => {
  await using gateway = await start(new Set(CUSTOMERS), status(code));
  const { of, distinct } = await ask(gateway);
  expect(new Set(of)).toEqual(new Set([code === 400 ? REJECTED : UNAVAILABLE]));
  expect(distinct).toBeLessThanOrEqual({ 400: 13, 401: 1, 500: 3 }[code] ?? 0);
});
