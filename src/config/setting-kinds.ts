import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { SCOPES, type Scope } from '../graph/scopes.ts';
import { reachOf } from '../sources/hosts.ts';
import { contentOf } from './environment.ts';

/** Calls an upstream account may make: both windows hold at once. */
export interface Rate {
  perSecond: number;
  perMinute: number;
}

/** Marks a setting whose value is never shown. */
export const secretly = (description: string) => ({ description, secret: true });

const UNIT_MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** Timers of Node end at 24 days; nobody waits that long for an answer. */
const LONGEST_MS = 60 * UNIT_MS.m;

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

/** A part of something. */
export const share = z
  .string()
  .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'must be a number from 0 to 1')
  .transform(Number);

const UNIT_BYTES = { kb: 1_000, mb: 1_000_000, gb: 1_000_000_000 } as const;

/** In bytes, of `500kb`, `16mb` or `2gb`. */
const bytes = (least: number, most: number, error: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}(kb|mb|gb)$/i, error)
    .transform(
      (text) => Number.parseInt(text, 10) * UNIT_BYTES[text.slice(-2).toLowerCase() as keyof typeof UNIT_BYTES],
    )
    .refine((value) => value >= least && value <= most, error);

/** Of a message. */
export const size = bytes(0, UNIT_BYTES.gb, 'must be a size such as 500kb, 16mb or 1gb, and at most 1gb');

/** Of a process: at least what it needs to start. */
export const memory = bytes(200 * UNIT_BYTES.mb, Infinity, 'must be a size such as 700mb or 2gb, and at least 200mb');

/** In milliseconds, of `500ms`, `4s` or `2m`; at most an hour. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m)$/, 'must be a duration such as 500ms, 4s or 2m')
  .transform((text) => Number.parseInt(text, 10) * UNIT_MS[text.replace(/\d+/, '') as keyof typeof UNIT_MS])
  .refine((ms) => ms <= LONGEST_MS, { error: 'must be a duration of at most 60m' });

/** At least a millisecond. */
export const timeout = duration.refine((ms) => ms > 0, { error: 'must be longer than 0ms' });

/** For how long an answer of each resource counts: definitions change by hand, people and requests by themselves. */
export const LIFETIMES =
  'profile-properties=5m,customer-data=30s,gdpr-requests=5s,exports=5s,systems=5m,profiles=10s,values=10s,imports=5s';

const entriesOf = (text: string) => text.split(',').map((entry) => entry.split('='));

/** `profiles=30s,systems=10m`, in milliseconds: those that are named, and the others as in `LIFETIMES`. */
export const lifetimes = z.string().transform((text, context): Readonly<Record<string, number>> => {
  const names = entriesOf(LIFETIMES).map(([name = '']) => name);
  const lifetimesMs: Record<string, number> = {};
  for (const [name = '', written] of [...entriesOf(LIFETIMES), ...entriesOf(text)]) {
    const parsed = duration.safeParse(written);
    if (parsed.success && names.includes(name)) lifetimesMs[name] = parsed.data;
    else {
      const message = `must be written like profiles=30s,systems=10m, of: ${names.join(', ')}`;
      context.addIssue({ code: 'custom', message });
    }
  }
  return lifetimesMs;
});

export const rate = z
  .string()
  .regex(/^(none|[1-9]\d*\/s,[1-9]\d*\/m)$/, 'must be written like 10/s,150/m, or none')
  .transform((text): Rate | 'none' => {
    const [perSecond, perMinute] = text.split(',').map(Number.parseFloat);
    return perSecond && perMinute ? { perSecond, perMinute } : 'none';
  });

export const choice = <const Choice extends string>(...choices: Choice[]) =>
  z.enum(choices, { error: `must be one of: ${choices.join(', ')}` });

export const httpUrl = (example: string) =>
  z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
    error: `must be a URL such as ${example}`,
    abort: true,
  });

export const host = httpUrl('https://api.example.com')
  .refine((text) => isHostOnly(new URL(text)), { error: 'must be a host only: the paths of the API are added to it' })
  .transform((text) => new URL(text).origin);

function isHostOnly({ pathname, search, hash, username, password }: URL): boolean {
  return pathname === '/' && `${search}${hash}${username}${password}` === '';
}

export const baseUrl = httpUrl('https://graph.example.com')
  .refine((text) => !/[?#@]/.test(text), { error: 'must be a URL without a query, a fragment or a user' })
  .transform((text) => text.replace(/\/+$/, ''));

const list = z.string().transform((text) => text.split(',').map((each) => each.trim()));

export const origins = list.refine(
  (texts) => texts.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
  {
    error: 'must be origins such as https://app.example.com, separated by commas',
  },
);

const listOf = <const Choice extends string>(what: string, choices: readonly Choice[]) =>
  z.array(z.enum(choices, { error: `must be ${what}, separated by commas, of: ${choices.join(', ')}` }));

/** By comma or by blank, as tokens have them. */
export const scopes = z
  .string()
  .transform((text) => (text === 'none' ? [] : text.split(/[\s,]+/)))
  .pipe(listOf('none, or scopes', SCOPES));

/** What callers may be known by. */
export const waysIn = list.pipe(listOf('ways in', ['jwt', 'secret', 'none']));

/** By their short names. */
export const apis = list.pipe(listOf('APIs', ['hood', 'sor']));

const ASYMMETRIC = 'RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA,Ed25519';

/** How tokens may be signed: by who has a private key, never by who can check them. */
export const algorithms = list.pipe(listOf('algorithms', ASYMMETRIC.split(',')));

export const words = list;

/** By private ones nothing can be checked. */
const KEY = z.looseObject({ kty: z.string() }).refine((key) => !('d' in key));
const KEYS = z.object({ keys: z.array(KEY).min(1) });

/** The URL of public keys, or those in a file (JSON Web Key Set, RFC 7517). */
export const keySet = z.string().transform((text, context): URL | JSONWebKeySet => {
  const url = URL.parse(text);
  // Nothing that has a name and a password in it can be fetched.
  if (url && /^https?:$/.test(url.protocol) && `${url.username}${url.password}` === '') return url;
  try {
    return KEYS.parse(JSON.parse(contentOf(text)));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a URL, or a file with a JSON Web Key Set' });
    return z.NEVER;
  }
});

const ROLES = z.record(z.string(), z.array(z.enum(SCOPES)));

export const roles = z.string().transform((text, context): ReadonlyMap<string, readonly Scope[]> => {
  try {
    return new Map(Object.entries(ROLES.parse(JSON.parse(text))));
  } catch {
    const message = `must be JSON such as {"support":["pii:read"]}, with scopes of: ${SCOPES.join(', ')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

export const address = z
  .string()
  .refine(
    (text) =>
      isIP(text) > 0 || (URL.canParse(`http://${text}`) && new URL(`http://${text}`).hostname === text.toLowerCase()),
    {
      error: 'must be an IP address or the name of a host, such as localhost',
    },
  );

/** An IPv6 address in a URL has brackets. */
export const inUrl = (name: string) => (name.includes(':') ? `[${name}]` : name);

/** As the `hostname` of a URL writes them. */
export const hostNames = list
  .refine((names) => names.every((name) => /^[\w.:-]+$/.test(name) && address.safeParse(name).success), {
    error: 'must be names of hosts such as gateway or 10.0.0.5, without ports, separated by commas',
  })
  .transform((names) => names.map((name) => new URL(`http://${inUrl(name)}`).hostname));

/** Whether a host, as `HOST` or a URL names it, is this machine alone (RFC 6761, 6.3). */
export const isLoopback = (hostname: string) => reachOf(hostname) === 'machine';

/** `10.0.0.0/8`; an address alone is a network of one. */
export const networks = list
  .transform((texts) => texts.map((text) => (isIP(text) ? `${text}/${text.includes(':') ? 128 : 32}` : text)))
  .refine((texts) => texts.every((text) => ipaddr.isValidCIDR(text)), {
    error: 'must be networks or addresses such as 10.0.0.0/8 or 192.0.2.7, separated by commas',
  });

/** As Node has it, in lower case (RFC 9110, 5.1). */
export const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header, such as X-Forwarded-For')
  .toLowerCase();

/** Several by comma: a new one is added before an old one goes. */
export const secrets = list.pipe(z.array(z.string().min(16, 'must have at least 16 characters')));

/** A line end, left over from a file, would otherwise fail every single call. */
export const HEADER_TEXT = /^[\x21-\x7e]+$/;
export const token = z.string().regex(HEADER_TEXT, 'must be one word without spaces or line ends');

/** One, or several with commas between them; a password may have some as well. */
export const redisUrls = z
  .string()
  .transform((text) => text.split(/,\s*(?=rediss?:)/))
  .refine((urls) => urls.every((url) => /^rediss?:\/\//.test(url) && URL.canParse(url)), {
    error: 'must be a URL such as redis://127.0.0.1:6379',
  });
