import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.ts';

/** An address as proxies write it: some add the port, and brackets then to one of IPv6. */
const WRITTEN = /^\s*(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+|([^[\]]+?))\s*$/;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

type Proxies = Pick<Config, 'CLIENT_ADDRESS_HEADER' | 'TRUSTED_PROXIES'>;

/** Tells from where a request was sent: behind proxies, the last address of their header that is none of theirs. */
export function clientAddress({ CLIENT_ADDRESS_HEADER: header = '', TRUSTED_PROXIES }: Proxies) {
  const networks = TRUSTED_PROXIES.map((network) => ipaddr.parseCIDR(network));
  const isTrusted = (address: Address) =>
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));

  const senderOf = (remote: string, added: string): string => {
    const peer = addressOf(remote);
    let sender = peer;
    for (const text of added.split(',').toReversed()) {
      if (!sender || !isTrusted(sender)) break;
      sender = addressOf(WRITTEN.exec(text)?.slice(1).find(Boolean));
    }
    return networkOf(sender ?? peer);
  };

  // Nearly all requests come from where one came from a moment ago.
  const known = new LRUCache<string, string>({
    ...{ max: 1_000, maxSize: 100_000, sizeCalculation: (_, key) => key.length },
    memoMethod: (key) => senderOf(key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' '))),
  });
  return ({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string => {
    return known.memo(`${socket.remoteAddress} ${headers[header] ?? ''}`);
  };
}

/** An address of IPv4 may be written as one of IPv6. */
function addressOf(text = ''): Address | undefined {
  return isIP(text) ? ipaddr.process(text) : undefined;
}

/** What is one caller's: of IPv6 that is a whole network. A socket that is closed or has a path has no address. */
function networkOf(address: Address | undefined): string {
  if (!address) return 'unknown';
  return address instanceof ipaddr.IPv6
    ? `${new ipaddr.IPv6([...address.parts.slice(0, 4), 0, 0, 0, 0])}/64`
    : `${address}`;
}
