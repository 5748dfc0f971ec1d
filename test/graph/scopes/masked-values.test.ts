import { expect, test } from 'vitest';
import type { Gateway } from '../../support/gateway.ts';
import { movableClock } from '../../support/movable-clock.ts';
import { startScoped, without } from './scoped-gateway.ts';

const GLOBAL = 'SOR_id3nt1f13r';
const MOMENT = Date.parse('2020-06-01T00:00:00Z');
const LIST = /^GET \/v1\/hood\/profile-properties\?/;

const KEYS = 'systems: ["global", "SOR_XXXX"], keys: ["first_name", "languages", "contract_type"]';

const property = (id: number, label: string, pi_data: unknown) => ({ id: String(id), label, pi_data });

/** A gateway whose callers may not see personal data, in front of a customer with values of each kind. */
async function start(env: Record<string, string> = {}, properties = PROPERTIES): Promise<Gateway> {
  const gateway = await startScoped(without('pii:read'), { env });
  gateway.hood.replace('profileProperties', properties);
  gateway.sor.insertProfiles([
    {
      customerId: 'lovelace',
      updated: MOMENT,
      values: {
        [GLOBAL]: { first_name: { value: 'Ada', since: MOMENT } },
        SOR_XXXX: {
          languages: { value: ['Secret', 'Tongue'], since: MOMENT, elements: [MOMENT, MOMENT] },
          contract_type: { value: 'gold', since: MOMENT },
        },
      },
    },
  ]);
  return gateway;
}

const PROPERTIES = [
  // Whatever Hood says of the keys of named fields.
  property(1, 'first_name', 0),
  property(2, 'languages', 0),
  property(3, 'languages', 1),
  property(4, 'contract_type', 0),
];

const FORMS = 'value string number exactNumber boolean date dateTime set elements { value since }';
const NO_FORM = {
  value: null,
  string: null,
  number: null,
  exactNumber: null,
  boolean: null,
  date: null,
  dateTime: null,
  set: null,
  elements: null,
};

const read = (gateway: Gateway, selection: string) =>
  gateway.query(`{ customerProfile(customerId: "lovelace") { ${selection} } }`);

/** The keys whose values are masked. */
async function maskedKeys(gateway: Gateway): Promise<string[]> {
  const { data, errors } = await read(gateway, `attributes(${KEYS}) { values { key masked value } }`);
  expect(errors).toBeUndefined();
  const values = data.customerProfile.attributes.flatMap(({ values }: { values: object[] }) => values);
  for (const { masked, value } of values) expect(value === null).toBe(masked);
  const masked = values.filter(({ masked }: { masked: boolean }) => masked).map(({ key }: { key: string }) => key);
  return [...new Set<string>(masked)].sort();
}

test('values of personal keys keep their places and lose every form of the value, without an error', async () => {
  await using gateway = await start();

  const { data, errors } = await read(
    gateway,
    `attributes(${KEYS}) { systemIdentifier values { key masked since ${FORMS} } value(key: "languages") { masked set } }
     attribute(system: "SOR_XXXX", key: "languages") { key masked ${FORMS} }
     shown: attribute(system: "SOR_XXXX", key: "contract_type") { masked string }`,
  );

  expect(errors).toBeUndefined();
  const [global, custom] = data.customerProfile.attributes;
  const since = '2020-06-01T00:00:00.000Z';
  expect(global.values).toEqual([{ key: 'first_name', masked: true, since, ...NO_FORM }]);
  expect(custom.values).toEqual([
    // Nothing stands there, and nobody is told.
    { key: 'first_name', masked: true, since: null, ...NO_FORM },
    { key: 'contract_type', masked: false, since, ...NO_FORM, value: 'gold', string: 'gold' },
    { key: 'languages', masked: true, since, ...NO_FORM },
  ]);
  expect(custom.value).toEqual({ masked: true, set: null });
  expect(data.customerProfile.attribute).toEqual({ key: 'languages', masked: true, ...NO_FORM });
  expect(data.customerProfile.shown).toEqual({ masked: false, string: 'gold' });
});

test('no dates are read for members that are withheld', async () => {
  await using gateway = await start();

  await read(gateway, 'attribute(system: "SOR_XXXX", key: "languages") { value elements { value } }');

  expect(gateway.sorCalls().filter((call) => call.includes('with_validity_dates'))).toEqual([]);
});

test('changes say what was changed and removed, and not what to', async () => {
  await using gateway = await start();
  gateway.sor.insertProfiles([
    {
      customerId: 'bo',
      updated: MOMENT,
      values: { SOR_XXXX: { languages: { value: null, since: MOMENT, held: MOMENT - 9 } } },
    },
  ]);

  const { data, errors } = await gateway.query(
    '{ customerProfileChanges(since: "2020-01-01T00:00:00Z") { nodes { changes { key masked value removed } } } }',
  );

  expect(errors).toBeUndefined();
  const changes = data.customerProfileChanges.nodes.flatMap((node: { changes: object[] }) => node.changes);
  expect(changes).toEqual(
    expect.arrayContaining([
      { key: 'first_name', masked: true, value: null, removed: false },
      { key: 'contract_type', masked: false, value: 'gold', removed: false },
      { key: 'languages', masked: true, value: null, removed: false },
    ]),
  );
  expect(JSON.stringify(data)).not.toMatch(/Ada|Secret/);
});

test.each([
  ['mask', ['contract_type', 'first_name', 'languages']],
  ['show', ['first_name', 'languages']],
])('UNKNOWN_PI=%s decides keys of which Hood says nothing', async (unknown, masked) => {
  await using missing = await start({ UNKNOWN_PI: unknown }, PROPERTIES.slice(0, 3));
  await using unsaid = await start({ UNKNOWN_PI: unknown }, [
    ...PROPERTIES.slice(0, 3),
    property(4, 'contract_type', null),
  ]);

  expect(await maskedKeys(missing)).toEqual(masked);
  expect(await maskedKeys(unsaid)).toEqual(masked);
});

test('a list of properties of several pages is read whole', async () => {
  const others = Array.from({ length: 250 }, (_, n) => property(100 + n, `key_${n}`, 0));
  await using gateway = await start({ UNKNOWN_PI: 'show' }, [...others, ...PROPERTIES]);

  expect(await maskedKeys(gateway)).toEqual(['first_name', 'languages']);
  expect(gateway.hoodCalls().filter((call) => LIST.test(call))).toHaveLength(3);
});

test('the properties are read once in 50 seconds, also without a cache, and only where values are selected', async () => {
  using clock = movableClock();
  await using gateway = await start({ CACHE: 'off' });

  await read(gateway, 'customerId');
  expect(gateway.hoodCalls()).toEqual([]);
  await Promise.all([maskedKeys(gateway), maskedKeys(gateway)]);
  clock.pass(49_000);
  await maskedKeys(gateway);
  expect(gateway.hoodCalls()).toEqual([expect.stringMatching(LIST)]);
  gateway.hood.replace('profileProperties', PROPERTIES.slice(0, 2));
  clock.pass(2_000);
  expect(await maskedKeys(gateway)).toEqual(['contract_type', 'first_name']);
  expect(gateway.hoodCalls()).toEqual([expect.stringMatching(LIST)]);
});

test('kept answers do not make it older', async () => {
  using clock = movableClock();
  await using gateway = await start({ CACHE: 'on' });

  expect(await maskedKeys(gateway)).toEqual(['first_name', 'languages']);
  gateway.hood.replace('profileProperties', [property(4, 'contract_type', 1)]);
  clock.pass(51_000);
  expect(await maskedKeys(gateway)).toContain('contract_type');
});

test('while Hood fails the last list counts, and where there was none everything is masked', async () => {
  using clock = movableClock();
  await using gateway = await start();
  await using never = await start({ UNKNOWN_PI: 'show' });
  never.hood.dials.fault = () => ({ kind: 'status', status: 500 });

  expect(await maskedKeys(never)).toEqual(['contract_type', 'first_name', 'languages']);
  expect(await maskedKeys(gateway)).toEqual(['first_name', 'languages']);
  gateway.hood.dials.fault = never.hood.dials.fault;
  clock.pass(51_000);
  expect(await maskedKeys(gateway)).toEqual(['first_name', 'languages']);
});

test('a caller who cannot wait for the list has everything masked', async () => {
  await using gateway = await start({ REQUEST_DEADLINE: '1s' });
  gateway.hood.dials.fault = () => ({ kind: 'silence' });

  const { data } = await gateway.query(
    '{ customerProfile(customerId: "lovelace") { attributes { values { masked } } } }',
    {},
    { 'x-request-deadline': '600ms' },
  );

  expect(JSON.stringify(data)).not.toContain('false');
});

test('whoever may see personal data makes nobody read the properties', async () => {
  await using gateway = await startScoped(['pii:read'], {});

  await read(gateway, 'attributes { values { value masked } }');

  expect(gateway.hoodCalls()).toEqual([]);
});
