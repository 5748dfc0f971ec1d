/**
 * The people whom both stand-ins know, so that generated rows of one API join with rows of the other.
 * Everything is computed from a number: no state, the same on every run, as many as asked for.
 */
export interface Person {
  /** Twenty digits, past 2^63: how Hood names a person, and a SOR `user_id`. */
  clientId: string;
  firstName: string;
  lastName: string;
  /** Unique; a SOR `user_id` as well. */
  email: string;
  /** Upper-case UUID, which begins with the person's number; a SOR `device_id`. */
  deviceId: string;
}

const FIRST_NAMES = 'Ada Bruno Chloé Dragan Emma Farid Grace Hugo Inès Jovan Léa'.split(' ');
const LAST_NAMES = 'Almeida Bernard Costa Dupont Evans Fischer Garcia Horvat Ivanić'.split(' ');

/** The `n`-th person, `n` from 0. */
export function person(n: number): Person {
  const firstName = pick(FIRST_NAMES, n);
  const lastName = pick(LAST_NAMES, n);
  return {
    clientId: String(17_000_000_000_000_000_000n + BigInt(n) * 104_729_000_003n),
    firstName,
    lastName,
    email: `${plain(firstName)}.${plain(lastName)}.${n}@example.com`,
    deviceId: uuid(n),
  };
}

/** Another value makes other data of the same numbers, in the whole process: to be set before anything starts. */
export const dataSeed = { value: 0 };

/** A whole number from 0 to 2^32 - 1 that looks random but belongs to `n` and `salt` (the finaliser of MurmurHash3). */
export function mixed(n: number, salt = 0): number {
  let hash = (n ^ Math.imul(salt + 1, 0x9e3779b1) ^ Math.imul(dataSeed.value, 0x27d4eb2f)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** One of `items`, chosen by `n`. */
export function pick<Item>(items: readonly Item[], n: number, salt = 0): Item {
  return items[mixed(n, salt) % items.length] as Item;
}

function plain(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function uuid(n: number): string {
  const digits = [n, mixed(n, 91), mixed(n, 92), mixed(n, 93)].map((part) => part.toString(16).padStart(8, '0'));
  return digits
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    .toUpperCase();
}
