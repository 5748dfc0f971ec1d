import ipaddr from 'ipaddr.js';

/** Ends of names that mean something in one network only (RFC 2606, 6761, 6762, 8375, what ICANN keeps for that, and those of Kubernetes). */
const PRIVATE_NAMES =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|svc|cluster|test|invalid|onion)$/;

/** Where IPv6 has its public addresses. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Who may reach a host, as `HOST` or a `URL` writes it: this machine alone, one network, or perhaps everybody, as an address that is
 * public, or a name of several labels. Where a name leads is not looked up.
 */
export function reachOf(hostname: string): 'machine' | 'network' | 'public' {
  const name = hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  if (!ipaddr.isValid(name)) {
    if (/(?:^|\.)localhost$/.test(name)) return 'machine';
    return name.includes('.') && !PRIVATE_NAMES.test(name) ? 'public' : 'network';
  }
  const address = ipaddr.parse(name);
  const range = address.range();
  // An address of IPv4 may be written as one of IPv6.
  if (ipaddr.process(name).range() === 'loopback') return 'machine';
  const isPublic = range === 'unicast' && (address.kind() === 'ipv4' || address.match(PUBLIC_IPV6));
  return isPublic ? 'public' : 'network';
}
