import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

/** The part of those that were asked for that a page is, in the words of either API. */
function pageOf<Item>(items: readonly Item[], keyOf: (item: Item) => string, line: string, size: number): Item[] {
  const number = Number(/[?&]page=(\d+)/.exec(line)?.[1] ?? 1);
  const query = new URLSearchParams(line.slice(line.indexOf('?')));
  const [, keys = ''] =
    /^(?:in:)?(.*)/.exec(query.get('customer_ids') ?? query.get('id') ?? query.get('label') ?? '') ?? [];
  const asked = items.filter((item) => keys.split(',').includes(keyOf(item)));
  return asked.slice((number - 1) * size, number * size);
}

test('profiles are all found though the API has short pages and does not say how many there are', async () => {
  await using gateway = await startGateway({ env: { SOR_MAX_PAGE_SIZE: '2' } });
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const profiles = ids.map((id) => ({
    customer_id: id,
    customer_id_type: 'user_id',
    attributes: {},
    applications: [],
  }));
  gateway.sor.api.dials.fault = ({ line }) => ({
    kind: 'body',
    body: { success: true, result: { profiles: pageOf(profiles, ({ customer_id }) => customer_id, line, 2) } },
  });

  const lookups = ids.map((id) => `${id}: customerProfile(customerId: "${id}") { customerId city }`);
  const { data } = await gateway.query(`{ ${lookups.join(' ')} }`);

  expect(Object.keys(data).filter((alias) => data[alias]?.customerId === alias)).toEqual(ids);
  expect(gateway.sorCalls()).toHaveLength(3);
});

test.each([
  ['without a total', undefined],
  ['with a row twice on a page', 5],
])('rows of Hood are all found on short pages %s', async (what, total) => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '2' } });
  const ids = ['1', '2', '3', '4', '5'];
  const rows = ids.map((id) => ({ id, target: `key ${id}` }));
  const listed = total === undefined ? rows : rows.flatMap((row) => (row.id === '1' ? [row, row] : [row]));
  gateway.hood.dials.fault = ({ line }) => ({
    kind: 'body',
    body: { ...(total !== undefined && { total }), items: pageOf(listed, ({ id }) => id, line, 2) },
  });

  const lookups = ids.map((id) => `k${id}: customerDatum(hoodId: "${id}") { target }`);
  const { data } = await gateway.query(`{ ${lookups.join(' ')} }`);

  expect(Object.values(data), what).toEqual(rows.map(({ target }) => ({ target })));
  expect(gateway.hoodCalls()).toHaveLength(3);
});

test('properties are all found on short pages without a total', async () => {
  await using gateway = await startGateway({
    env: { HOOD_MAX_PAGE_SIZE: '2' },
    sor: { profiles: 0, samples: false },
  });
  const keys = ['city', 'region', 'shoe_size', 'tier'];
  const attributes = keys.map((key) => ({ key, type: 'String' as const, identifier: `FACA_${key}` }));
  gateway.sor.insertSystems([{ identifier: 'S', name: 'S', type: 'custom', apiKeys: [], attributes }]);
  gateway.hood.dials.fault = ({ line }) => ({
    kind: 'body',
    body: {
      items: pageOf(
        keys.map((label, id) => ({ id: String(id), label })),
        ({ label }) => label,
        line,
        2,
      ),
    },
  });

  const { data } = await gateway.query(
    '{ systemsOfRecord { nodes { customerAttributes { key property { label } } } } }',
  );

  expect(data.systemsOfRecord.nodes[0].customerAttributes).toEqual(
    keys.map((key) => ({ key, property: { label: key } })),
  );
});
