import { isIP } from 'node:net';
import { z } from 'zod';
import { reachOf } from '../sources/hosts.ts';

/** Calls an upstream account may make: both windows hold at once. */
export interface Rate {
  perSecond: number;
  perMinute: number;
}

/** Marks a setting whose value is never shown. */
export const SECRET = { secret: true };

/** What `read` makes of a text; where it throws, the text is wrong. */
export const readBy = <Value>(read: (text: string) => Value, message: string) =>
  z.string().transform((text, context) => {
    try {
      return read(text);
    } catch {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

const UNIT_MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** Timers of Node end at 24 days; nobody waits that long for an answer. */
const LONGEST_MS = 60 * UNIT_MS.m;

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number);

/** A part of something. */
const SHARE = /^(0(\.\d+)?|1(\.0+)?)$/;
export const share = z.string().regex(SHARE, 'must be a number from 0 to 1').transform(Number);

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

const RESOURCES = entriesOf(LIFETIMES).map(([name = '']) => name);
const OF_RESOURCES = z.record(z.enum(RESOURCES), duration);

/** `profiles=30s,systems=10m`, in milliseconds: those that are named, and the others as in `LIFETIMES`. */
export const lifetimes = readBy(
  (text) => OF_RESOURCES.parse(Object.fromEntries([...entriesOf(LIFETIMES), ...entriesOf(text)])),
  `must be written like profiles=30s,systems=10m, of: ${RESOURCES.join(', ')}`,
);

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
  z.url({ protocol: /^https?$/, error: `must be a URL such as ${example}`, abort: true });

export const host = httpUrl('https://api.example.com')
  .refine((text) => new URL(text).href === `${new URL(text).origin}/`, {
    error: 'must be a host only: the paths of the API are added to it',
  })
  .transform((text) => new URL(text).origin);

export const baseUrl = httpUrl('https://graph.example.com')
  .refine((text) => !/[?#@]/.test(text), { error: 'must be a URL without a query, a fragment or a user' })
  .transform((text) => text.replace(/\/+$/, ''));

export const list = z.string().transform((text) => text.split(',').map((each) => each.trim()));

export const listOf = <const Choice extends string>(what: string, choices: readonly Choice[]) =>
  z.array(z.enum(choices, { error: `must be ${what}, separated by commas, of: ${choices.join(', ')}` }));

export const address = z
  .string()
  .refine(
    (text) =>
      isIP(text) > 0 || (URL.canParse(`http://${text}`) && new URL(`http://${text}`).hostname === text.toLowerCase()),
    'must be an IP address or the name of a host, such as localhost',
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
