import { expect, test } from 'vitest';
import { generatedGdprRequests } from '../../../../src/sandbox/hood/generated-gdpr-requests.ts';
import { generatedRow } from '../../../../src/sandbox/hood/generated-row.ts';
import { person } from '../../../../src/sandbox/people.ts';
import { foundIn, HEADERS, LOCKED } from '../../../support/audit.ts';
import { startGateway } from '../../../support/gateway.ts';
import { ask, expectSigned, fileOf, idsOf } from './subject-files.ts';

/** What the stand-in itself answers to a call with its token. */
async function upstream(at: { origin: string }, path: string, authorization: string) {
  const response = await fetch(`${at.origin}${path}`, { headers: { authorization } });
  // biome-ignore lint/suspicious/noExplicitAny: rows as the APIs print them.
  return (await response.json()) as any;
}

test('a link costs no call, works for five minutes, and shows nobody whom it is about', async () => {
  await using gateway = await startGateway();
  const { result } = await ask(gateway, 'email: "ann@example.com"');
  expect(result).toMatchObject({ __typename: 'ExportDataSubjectSuccess' });
  expect(Date.parse(result.expiresAt) - Date.now()).toBeLessThanOrEqual(5 * 60 * 1000);
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toEqual([]);
  const parts = new URL(result.downloadUrl).href.split(/[/.?&=]/);
  const shown = [...parts, ...parts.map((part) => Buffer.from(part, 'base64url').toString())].join('\n');
  expect(shown).not.toMatch(/ann|example\.com/i);
  // The same person has another link each time.
  expect((await ask(gateway, 'email: "ann@example.com"')).result.downloadUrl).not.toBe(result.downloadUrl);
});

test.each(['', 'email: "a", clientId: "b"', 'email: " "'])('an input of (%s) is a mistake', async (input) => {
  await using gateway = await startGateway();
  const { result } = await ask(gateway, input || 'email: null');
  expect(result).toMatchObject({ __typename: 'InvalidInputError', issues: [{ code: 'REQUIRED' }] });
  expect(result.message).toContain('"customerId", "email" and "clientId"');
});

test('the file has every row of both stand-ins that is the person’s, and says who signed all of it', async () => {
  const ROWS = 240;
  await using gateway = await startGateway({ hood: { rows: ROWS }, sor: { profiles: 30 } });
  const { email, clientId, deviceId } = person(4);
  // A second request, which has no address; and one of a lawyer, whose client is somebody else.
  const other = { id: '77', client_id: clientId, create_time: '2020-01-01 00:00:00' };
  const lawyers = {
    id: '78',
    client_id: person(5).clientId,
    requester_information: { email },
    create_time: '2020-01-02 00:00:00',
  };
  gateway.hood.insert('gdprRequests', [other, lawyers]);

  const { response, text, file, hood, sor } = await fileOf(gateway, `email: "${email.toUpperCase()}"`);

  expect(response.headers.get('content-disposition')).toBe('attachment; filename="data-subject.json"');
  // Each row as Hood has it, read from Hood itself.
  const wanted = [
    '77',
    '78',
    ...Array.from({ length: ROWS }, (_, n) => generatedRow(generatedGdprRequests, n)).flatMap((row) =>
      row.client_id !== undefined && String(row.client_id) === clientId ? [String(row.id)] : [],
    ),
  ];
  expect(idsOf(file.gdprRequests)).toEqual(wanted.sort());
  for (const row of file.gdprRequests) {
    const own = await upstream(
      gateway.hood,
      `/v1/hood/gdpr-requests/${row.id}?view=full`,
      `Bearer ${gateway.hood.token}`,
    );
    expect(row).toEqual(own.items[0]);
  }
  // Every profile with every value, its dates and its changes.
  const profiles = file.profiles as {
    profile: Record<string, string>;
    values: { system: string; attribute_values: object }[];
    changes: object[];
  }[];
  expect(profiles.map(({ profile }) => profile['customer_id']).sort()).toEqual(
    [clientId, deviceId, email].filter((id) => profiles.some(({ profile }) => profile['customer_id'] === id)).sort(),
  );
  const token = `Token ${gateway.sor.token}`;
  for (const { profile, values, changes } of profiles) {
    const query = `customer_ids=${profile['customer_id']}&customer_id_type=${profile['customer_id_type']}`;
    const [own] = (await upstream(gateway.sor.api, `/api/customer_profiles?${query}`, token)).result.profiles;
    expect(profile).toEqual(own);
    for (const { system, attribute_values } of values) {
      const dated = await upstream(
        gateway.sor.api,
        `/api/attribute_values?sor_id=${system}&customer_id=${profile['customer_id']}&customer_type=${profile['customer_id_type']}&with_validity_dates=true`,
        token,
      );
      expect(attribute_values).toEqual(dated.result.attribute_values);
    }
    const changed = await upstream(
      gateway.sor.api,
      `/api/customer_profiles?${query}&updated_since=1970-01-01T00:00:00Z`,
      token,
    );
    expect(changes).toEqual(changed.result.profiles.map(({ attributes }: { attributes: object }) => attributes));
    expect(values.length).toBeGreaterThan(0);
  }
  const { result: systems } = await upstream(gateway.sor.api, '/api/system_of_records', token);
  expect(text).not.toContain(systems[0].api_keys[0]);
  // What was asked, each call once, and what was not.
  expect(file.provenance).toHaveLength(new Set(file.provenance.map((each: object) => JSON.stringify(each))).size);
  expect(file.provenance.length).toBeLessThanOrEqual(hood.length + sor.length);
  expect(file.missing.length).toBeGreaterThan(4);
  await expectSigned(gateway, text);
});

test('by client id only their requests are asked for; by customer id of both types', async () => {
  await using gateway = await startGateway({ hood: { rows: 60 }, sor: { profiles: 30 } });
  const { clientId } = person(2);
  const { file, hood } = await fileOf(gateway, `clientId: "${clientId}"`);
  expect(hood).toEqual([expect.stringMatching(`client_id=eq:${clientId}`)]);
  const byCustomer = await fileOf(gateway, `customerId: "${clientId}"`);
  expect(idsOf(byCustomer.file.gdprRequests)).toEqual(idsOf(file.gdprRequests));
  expect(byCustomer.sor.filter((line) => /customer_id_type=device_id/.test(line)).length).toBeGreaterThan(0);
});

test('an API that fails is missing, and the file is whole and signed all the same', async () => {
  await using gateway = await startGateway({
    hood: { rows: 30 },
    sor: { profiles: 9 },
    env: { HOOD_MAX_PAGE_SIZE: '10' },
  });
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });
  gateway.hood.dials.fault = ({ line }) =>
    line.includes('create_time=lte') ? { kind: 'status', status: 501 } : undefined;
  const { file } = await fileOf(gateway, `email: "${person(27).email}"`);
  expect(idsOf(file.gdprRequests)).toHaveLength(1);
  expect(file.missing.map(({ api, what }: { api: string; what: string }) => `${api} ${what}`)).toEqual(
    expect.arrayContaining(['SOR Profiles', expect.stringMatching(/^HOOD GDPR requests created before /)]),
  );
  expect(file.signature).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test('a link is refused once its holder may no longer have such files, and by another secret', async () => {
  await using gateway = await startGateway({ env: LOCKED });
  const { result } = await ask(gateway, 'email: "ann@example.com"', HEADERS);
  for (const env of [
    { ...LOCKED, GATEWAY_SCOPES: 'pii:read,exports:read' },
    { ...LOCKED, SECRET: 'another secret for tests' },
  ]) {
    await using later = await startGateway({ env });
    expect((await later.fetch(result.downloadUrl)).status).toBe(403);
    expect([...later.hoodCalls(), ...later.sorCalls()]).toEqual([]);
  }
  const changed = result.downloadUrl.replace(/data-subjects\/[^/]+/, 'data-subjects/e30');
  expect((await gateway.fetch(changed)).status).toBe(403);
});

test('whose file is asked for and opened is recorded', async () => {
  await using gateway = await startGateway({ env: LOCKED });
  const { result } = await ask(gateway, 'email: "ann@example.com"', HEADERS);
  await (await gateway.fetch(result.downloadUrl)).text();
  expect(await foundIn('ann@example.com', gateway.logged)).toEqual([
    'certain\tsecret\twrite exportDataSubject\tdesk',
    'certain\tsecret\toutcome exportDataSubject DONE\tdesk',
    'certain\tsecret\tdownload',
    'certain\tsecret\tread',
  ]);
  expect(await foundIn('bo@example.com', gateway.logged)).toEqual([]);
  expect(gateway.logged.join()).not.toContain('ann@example.com');
});
