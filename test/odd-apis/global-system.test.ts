import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answering, listed, sorResult } from './asked.ts';

/** The identifier of the global system, whose values profiles carry as `global`. */
const GLOBAL = 'SOR_id3nt1f13r';
const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

const SYSTEMS = [
  { identifier: GLOBAL, name: 'Global', type: 'global', customer_attributes: [] },
  { identifier: CUSTOM, name: 'Custom', type: 'custom', customer_attributes: [] },
];

const BLOCKS: Record<string, Record<string, string>> = {
  global: { city: 'Oslo' },
  [CUSTOM]: { tier: 'Gold' },
};

/** By which names the API takes the systems that are asked for. */
const NAMINGS: Record<string, (names: readonly string[]) => readonly string[]> = {
  'only as `global`': (names) => names,
  'only by its identifier': (names) =>
    names.filter((name) => name !== 'global').map((name) => (name === GLOBAL ? 'global' : name)),
  'by both names': (names) => names.map((name) => (name === GLOBAL ? 'global' : name)),
  'by no name, as it ignores systems': () => Object.keys(BLOCKS),
};

function serve({ sor }: Gateway, naming: (names: readonly string[]) => readonly string[]): void {
  answering(sor.api, (asked) => {
    if (asked.path === '/api/system_of_records') return sorResult(SYSTEMS);
    if (asked.path !== '/api/customer_profiles') return undefined;
    const names = asked.query.has('sor_identifiers') ? naming(listed(asked, 'sor_identifiers')) : Object.keys(BLOCKS);
    const keys = asked.query.has('attribute_keys') ? listed(asked, 'attribute_keys') : undefined;
    const attributes = Object.entries(BLOCKS)
      .filter(([name]) => names.includes(name))
      .map(([name, block]) => [name, Object.entries(block).filter(([key]) => keys?.includes(key) ?? true)] as const)
      .filter(([, entries]) => !keys || entries.length > 0)
      .map(([name, entries]) => [name, Object.fromEntries(entries)]);
    const profiles = listed(asked, 'customer_ids').map((customer_id) => ({
      customer_id,
      customer_id_type: 'user_id',
      attributes: Object.fromEntries(attributes),
      applications: [],
    }));
    return sorResult({ total_profiles: profiles.length, total_pages: 1, profiles });
  });
}

const ask = (gateway: Gateway, selection: string) =>
  gateway.query(`{ customerProfile(customerId: "a") { ${selection} } }`);

describe.each(Object.entries(NAMINGS))('where the global system is known %s', (_, naming) => {
  test.each([GLOBAL, 'global'])(
    'its values come under %s, and for one call once the systems are known',
    async (system) => {
      await using gateway = await startGateway({ env: { CACHE: 'on', CACHE_TTL: 'profiles=0ms' } });
      serve(gateway, naming);
      const selection = `attribute(system: "${system}", key: "city") { string }`;

      const first = await ask(gateway, selection);
      expect(first.errors).toBeUndefined();
      expect(first.data.customerProfile).toEqual({ attribute: { string: 'Oslo' } });

      await gateway.query('{ systemsOfRecord { totalCount } }');
      gateway.sorCalls();
      const second = await ask(gateway, selection);
      expect(second.data.customerProfile).toEqual({ attribute: { string: 'Oslo' } });
      expect(gateway.sorCalls()).toHaveLength(1);

      const all = await ask(gateway, `attributes(systems: ["${system}"], keys: ["city"]) { values { key string } }`);
      expect(all.errors).toBeUndefined();
      expect(all.data.customerProfile.attributes).toEqual([{ values: [{ key: 'city', string: 'Oslo' }] }]);
      expect(gateway.sorCalls()).toHaveLength(1);
    },
  );

  test('its values are not taken for those of another system', async () => {
    await using gateway = await startGateway();
    serve(gateway, naming);
    const { data, errors } = await ask(
      gateway,
      `other: attribute(system: "${CUSTOM}", key: "city") { string } own: attribute(system: "${CUSTOM}", key: "tier") { string }`,
    );
    expect(errors).toBeUndefined();
    expect(data.customerProfile).toEqual({ other: null, own: { string: 'Gold' } });
  });
});
