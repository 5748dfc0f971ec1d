import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { IMPORT, LIST, MUTATION, operation } from './attribute-files.ts';

const NOT_PUBLIC = 'Expected an address of a host that is public.';
const NOT_HTTPS = 'Expected an https address.';
const CREDENTIALS = 'Expected an address without credentials: requestHeaders can carry them.';

/** A gateway whose System of Record is not on loopback, by its address. */
async function startFarAway() {
  await using stack = new AsyncDisposableStack();
  const near = stack.use(await startGateway());
  const { port } = new URL(near.sor.api.origin);
  const gateway = stack.use(await startGateway({ beside: near, env: { SOR_URL: `http://0.0.0.0:${port}` } }));
  const held = stack.move();
  return Object.assign(gateway, { [Symbol.asyncDispose]: () => held.disposeAsync() });
}

test.each<[fileUrl: string, message: string]>([
  ['http://files.example.com/a.csv', NOT_HTTPS],
  ['file:///etc/passwd', NOT_HTTPS],
  ['https://user:word@files.example.com/a.csv', CREDENTIALS],
  ['https://user@files.example.com/a.csv', CREDENTIALS],
  ...[
    ...[
      'localhost',
      'LOCALHOST.',
      'a.localhost',
      'printer.local',
      'db.internal',
      'wiki.corp',
      'box.home.arpa',
      'kubernetes.default.svc',
      'files',
    ],
    ...['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '0x7f000001', '0', '１２７.0.0.1', '127。0。0。1'],
    ...['10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255'],
    ...[
      '192.0.2.1',
      '198.18.0.1',
      '[::1]',
      '[::]',
      '[fe80::1]',
      '[fc00::1]',
      '[fd12::1]',
      '[ff02::1]',
      '[2001:db8::1]',
    ],
    ...['[::ffff:8.8.8.8]', '[::ffff:7f00:1]', '[::7f00:1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
  ].map((host): [string, string] => [`https://${host}/a.csv`, NOT_PUBLIC]),
])('%s is refused, and nothing is sent', async (fileUrl, message) => {
  await using gateway = await startFarAway();
  const { data } = await gateway.query(MUTATION, operation({ fileUrl }).variables);
  expect(data.importAttributeValues).toMatchObject({ issues: [{ path: ['fileUrl'], message }] });
  expect(gateway.sorCalls()).toEqual([LIST]);
});

test.each([
  'https://files.example.com/a.csv',
  'https://files.example.com:8443/a.csv?key=b',
  'https://8.8.8.8/a.csv',
  'https://[2001:4860:4860::8888]/a.csv',
  'https://local.example.com/a.csv',
])('%s is passed on', async (fileUrl) => {
  await using gateway = await startFarAway();
  const { data } = await gateway.query(MUTATION, operation({ fileUrl }).variables);
  expect(data.importAttributeValues.__typename).not.toBe('InvalidInputError');
  expect(gateway.sorCalls()).toEqual([LIST, IMPORT]);
});

test('where the System of Record is on loopback, any host does, but for credentials', async () => {
  await using gateway = await startGateway();
  const answerTo = async (fileUrl: string) =>
    (await gateway.query(MUTATION, operation({ fileUrl }).variables)).data.importAttributeValues;
  expect((await answerTo('http://localhost:1/a.csv')).__typename).not.toBe('InvalidInputError');
  expect(await answerTo('http://user:word@localhost/a.csv')).toMatchObject({ issues: [{ message: CREDENTIALS }] });
});
