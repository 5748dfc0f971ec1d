import { expect, test } from 'vitest';
import { filterIgnored } from '../../../../src/sandbox/lies.ts';
import { startGateway } from '../../../support/gateway.ts';
import { named } from './asked-subjects.ts';
import { ask, expectSigned, fileOf, idsOf } from './subject-files.ts';

test.each([undefined, null, '', 0])(
  'a request with the address and the client id %j leads to nobody else',
  async (client_id) => {
    await using gateway = await startGateway();
    const strangers = ['undefined', 'null', '0'].map((customerId) => ({ customerId, updated: Date.now(), values: {} }));
    gateway.sor.insertProfiles(strangers);
    const requests = [named(1, 'ann@example.com'), named(2, 'bo@example.com')];
    gateway.hood.replace(
      'gdprRequests',
      requests.map((row) => ({ ...row, client_id })),
    );
    const { file, hood } = await fileOf(gateway, 'email: "ann@example.com"');
    expect([idsOf(file.gdprRequests), file.profiles, hood.length]).toEqual([['1'], [], 1]);
  },
);

test('where an API gives everybody’s requests, and more than were looked at, the file says so', async () => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '10' } });
  gateway.hood.replace(
    'gdprRequests',
    Array.from({ length: 35 }, (_, id) => named(id)),
  );
  gateway.hood.dials.lie = filterIgnored('client_id');
  const { file } = await fileOf(gateway, 'clientId: "client 1"');
  expect([file.gdprRequests, file.missing[0].what]).toEqual([[], 'GDPR requests']);
});

test('while a file waits, line ends show that more is to come, and they are signed', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('gdprRequests', [named(1, 'ann@example.com')]);
  const go = Promise.withResolvers<void>();
  gateway.hood.dials.lie = async (_call, honest) => {
    await go.promise;
    return honest;
  };
  const { result } = await ask(gateway, 'email: "ann@example.com"');
  const reader = (await gateway.fetch(result.downloadUrl)).body?.getReader();
  let text = '';
  const readOn = async () => {
    const read = await reader?.read();
    text += read?.value ? Buffer.from(read.value) : '';
    return read?.done === false;
  };
  while (!text.endsWith('[\n')) await readOn();
  go.resolve();
  while (await readOn());
  await expectSigned(gateway, text);
});

test('a file waits for what others leave of the limits, longer than an operation does', async () => {
  const env = { HOOD_MAX_PAGE_SIZE: '10', HOOD_RATE: '10/s,200/m', REQUEST_DEADLINE: '100ms' };
  await using gateway = await startGateway({ env });
  gateway.hood.replace(
    'gdprRequests',
    Array.from({ length: 35 }, (_, id) => ({ ...named(id, 'ann@example.com'), client_id: null })),
  );
  const { file } = await fileOf(gateway, 'email: "ann@example.com"');
  expect(file.gdprRequests).toHaveLength(35);
});
