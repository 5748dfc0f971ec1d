import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answering } from './asked.ts';

const LEVELS = 20_000;
const list = (inner = '') => '['.repeat(LEVELS) + inner + ']'.repeat(LEVELS);
const object = () => `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`;

/** From here on the System of Record has these profiles only, as JSON in its own words. */
function serve({ sor }: Gateway, attributes: string): void {
  const profile = (id: string, global: string) =>
    `{"customer_id":${id},"customer_id_type":"user_id","applications":[],"attributes":{"global":{${global}}}}`;
  const profiles = `[${profile('"ann"', attributes)},${profile('"ben"', '"first_name":"Ben"')}]`;
  const text = `{"success":true,"result":{"profiles":${profiles},"total_pages":1,"total_entries":2}}`;
  answering(sor.api, ({ path }) => (path === '/api/customer_profiles' ? { kind: 'text', text } : undefined));
}

const VALUES =
  '{ customerProfiles(first: 2) { nodes { customerId firstName attributes { values { key value set string } } } } }';

test.each([
  ['lists', '', 'off'],
  ['lists, and again when they are kept', '', 'on'],
  ['lists in an answer with a number that has to be read exactly', '12345678901234567890', 'off'],
])(
  'values nested too deeply are null with an error each, and nothing else is lost: %s',
  async (_what, inner, CACHE) => {
    await using gateway = await startGateway({ env: { CACHE } });
    serve(gateway, `"first_name":"Ann","x":${list(inner)},"y":${object()},"z":[[${inner}]]`);
    for (const _again of [1, 2]) {
      const { data, errors } = await gateway.query(VALUES);
      const [ann, ben] = data.customerProfiles.nodes;
      expect([ann.customerId, ann.firstName, ben.firstName]).toEqual(['ann', 'Ann', 'Ben']);
      expect(ann.attributes[0].values).toEqual([
        { key: 'first_name', value: 'Ann', set: null, string: 'Ann' },
        { key: 'x', value: null, set: null, string: null },
        { key: 'y', value: null, set: null, string: null },
        { key: 'z', value: [inner ? [inner] : []], set: [inner ? `["${inner}"]` : '[]'], string: null },
      ]);
      const place = (index: number, field: string) => {
        const path = ['customerProfiles', 'nodes', 0, 'attributes', 0, 'values', index, field];
        return { path, extensions: { code: 'UPSTREAM_BAD_RESPONSE' } };
      };
      expect(errors).toMatchObject([place(1, 'value'), place(1, 'set'), place(2, 'value')]);
      expect(errors?.[0]?.message).toBe('The API answered with a value that is nested too deeply.');
    }
  },
);

test('they are no bug of the gateway where an id or a name should be, either', async () => {
  await using gateway = await startGateway();
  const row = `{"identifier":"S1","name":${list()},"type":${object()},"updated_date":${list()},"attributes_count":${list()}}`;
  answering(gateway.sor.api, ({ path }) =>
    path === '/api/system_of_records'
      ? { kind: 'text', text: `{"success":true,"result":[${row},{"identifier":${list()}},{"identifier":"S2"}]}` }
      : undefined,
  );
  const { errors = [] } = await gateway.query(
    '{ systemsOfRecord { nodes { identifier name type typeText updatedAt updatedAtText attributesCount } } }',
  );
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UPSTREAM_BAD_RESPONSE']));
});
