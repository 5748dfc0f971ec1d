import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList, listed, numbered, pageOf } from './asked.ts';
import { named, serveProfiles } from './fake-profiles.ts';

/** Reads two requests of each person, from an API with a largest page; the number of Hood's calls. */
async function callsFor(people: number, largest: number, total: number | undefined): Promise<number> {
  await using gateway = await startGateway();
  const ids = numbered(people, 'p');
  const rows = ids.flatMap((id) => ['a', 'b'].map((name) => ({ id: id + name, client_id: id })));
  serveProfiles(gateway, { people: named(ids) });
  answering(gateway.hood, (asked) => {
    const found = rows.filter(({ client_id }) => listed(asked, 'client_id').includes(client_id));
    return hoodList(pageOf(found, asked, largest), total ?? found.length);
  });
  const { data, errors } = await gateway.query(
    `{ customerProfiles(first: ${people}) { nodes { customerId gdprRequests { nodes { hoodId } } } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.customerProfiles.nodes).toEqual(
    ids.map((id) => ({ customerId: id, gdprRequests: { nodes: [{ hoodId: `${id}a` }, { hoodId: `${id}b` }] } })),
  );
  return gateway.hoodCalls().length;
}

test.each([
  { people: 5, largest: 7, total: 900 },
  { people: 10, largest: 7, total: 900 },
  { people: 40, largest: 20, total: 900 },
  { people: 40, largest: 50, total: 5_000 },
  { people: 40, largest: 100, total: 5_000 },
])("related rows whose total is the whole collection's cost few calls: %o", async ({ people, largest, total }) => {
  const honest = await callsFor(people, largest, undefined);
  expect(honest).toBeLessThanOrEqual(5);
  expect(await callsFor(people, largest, total)).toBeLessThanOrEqual(2 * honest + 4);
});
