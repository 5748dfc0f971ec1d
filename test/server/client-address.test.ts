import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { clientAddress } from '../../src/server/client-address.ts';

const HEADER = 'x-forwarded-for';
const TRUSTED_PROXIES = ['10.0.0.0/8', '192.0.2.7/32', 'fd00::/8'];
const addressOf = clientAddress({ CLIENT_ADDRESS_HEADER: HEADER, TRUSTED_PROXIES });

function from(remoteAddress: string | undefined, forwarded?: string): string {
  return addressOf({
    socket: { remoteAddress } as Socket,
    headers: forwarded === undefined ? {} : { [HEADER]: forwarded },
  });
}

test.each([
  ['without a header', '198.51.100.4', undefined, '198.51.100.4'],
  ['from a stranger, whose header is ignored', '198.51.100.4', '203.0.113.9', '198.51.100.4'],
  ['through a proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['through two proxies', '192.0.2.7', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
  ['with addresses that the client made up', '10.1.2.3', '1.2.3.4, 10.0.0.1,203.0.113.9', '203.0.113.9'],
  ['with nonsense that the client made up', '10.1.2.3', '<script>,,203.0.113.9', '203.0.113.9'],
  ['from within the trusted networks', '10.1.2.3', '10.7.7.7', '10.7.7.7'],
  ['with a port', '10.1.2.3', '203.0.113.9:4711', '203.0.113.9'],
  ['with a port and IPv6', 'fd00::1', '[2001:db8:1:2:3::4]:4711', '2001:db8:1:2::/64'],
  ['with brackets', 'fd00::1', ' [2001:db8:1:2:3::4] ', '2001:db8:1:2::/64'],
  ['with a zone', 'fe80::1%eth0', undefined, 'fe80::/64'],
  ['by IPv4 in IPv6', '::ffff:198.51.100.4', undefined, '198.51.100.4'],
  ['by IPv4 in IPv6 through a proxy', '::ffff:10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
  ['over a path, or a socket that is closed', undefined, '203.0.113.9', 'unknown'],
])('a request %s', (_, peer, forwarded, address) => {
  expect(from(peer, forwarded)).toBe(address);
});

test.each([
  'unknown',
  '',
  ' ',
  '203.0.113.9.',
  '1',
  '0x7f000001',
  '[203.0.113.9',
  '_hidden',
  '203.0.113.9;',
  'fd00::1::2',
])('a header that cannot be read (%j) says nothing: it is the proxy that calls', (forwarded) => {
  expect(from('10.1.2.3', forwarded)).toBe('10.1.2.3');
  expect(from('10.1.2.3', `203.0.113.9,${forwarded}`)).toBe('10.1.2.3');
});

test('one network of IPv6 is one caller, another one is another', () => {
  expect(from('2001:db8:1:2:aaaa::1')).toBe(from('2001:db8:1:2:bbbb::2'));
  expect(from('2001:db8:1:2::1')).not.toBe(from('2001:db8:1:3::1'));
});
