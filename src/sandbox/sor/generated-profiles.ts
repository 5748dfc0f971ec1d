import { mixed, type Person, person, pick } from '../people.ts';
import type { Attribute } from './definitions.ts';
import { isoTime } from './times.ts';
import { type CustomerIdType, NEVER_SET, type Value } from './values.ts';

/**
 * Who the generated profiles are. Person `k` has three: position `3k` by Hood's client id, `3k + 1` by e-mail
 * address, `3k + 2` by device. All of it is computed, in both directions; nothing is stored.
 */

/** The customer at `position`, from 0. */
export function customerAt(position: number): { customerId: string; type: CustomerIdType } {
  const { clientId, email, deviceId } = person(Math.floor(position / 3));
  if (position % 3 === 2) return { customerId: deviceId, type: 'device_id' };
  return { customerId: position % 3 === 0 ? clientId : email, type: 'user_id' };
}

/** The position at which a customer would be generated; `undefined` if at none. */
export function positionOf(customerId: string, type: CustomerIdType): number | undefined {
  const position = positionLike(customerId);
  if (!Number.isSafeInteger(position) || position < 0) return undefined;
  const customer = customerAt(position);
  return customer.customerId === customerId && customer.type === type ? position : undefined;
}

/** How many of the first `count` positions hold this type. */
export function rankOf(type: CustomerIdType | undefined, count: number): number {
  const devices = Math.floor(count / 3);
  if (type === undefined) return count;
  return type === 'device_id' ? devices : count - devices;
}

/** The position of the `rank`-th customer of this type, from 0. */
export function positionAtRank(type: CustomerIdType | undefined, rank: number): number {
  if (type === undefined) return rank;
  return type === 'device_id' ? rank * 3 + 2 : Math.floor(rank / 2) * 3 + (rank % 2);
}

const FIRST_CLIENT = BigInt(person(0).clientId);
const CLIENT_STEP = BigInt(person(1).clientId) - FIRST_CLIENT;

/** Where a generated customer would be whose id looks like this one; `NaN` if none looks so. */
function positionLike(customerId: string): number {
  if (/^\d{20}$/.test(customerId)) return Number((BigInt(customerId) - FIRST_CLIENT) / CLIENT_STEP) * 3;
  const [, n] = /\.(\d{1,9})@example\.com$/.exec(customerId) ?? [];
  if (n !== undefined) return Number(n) * 3 + 1;
  return /^[0-9A-F]{8}-/.test(customerId) ? Number.parseInt(customerId, 16) * 3 + 2 : Number.NaN;
}

/** The identifier of the entity's global system, as the vendor's samples print it. */
export const GLOBAL_SYSTEM = 'SOR_id3nt1f13r';

/** The app that generated profiles have, and its system of record: those of the vendor's samples. */
export const APP_ID = 'FAAPPLI_Eg1dK5g';
export const APP_SYSTEM = 'SOR-SDK_2a116e0767a7dc76e85d566';

/** The custom system that generated profiles have values in: the one that the vendor's samples import into. */
export const CUSTOM_SYSTEM = 'SOR_767yUpsMJoTWi0mz';

const FIRST_UPDATE = Date.parse('2025-01-01T00:00:00Z');
const UPDATE_STEP = 30_000;
const DAY = 86_400_000;

/** When the generated profile at `position` last changed: half a minute after the one before it. */
export function updatedAt(position: number): number {
  return FIRST_UPDATE + position * UPDATE_STEP;
}

/** The first position that changed at `since` or later. */
export function firstUpdatedSince(since: number): number {
  return Math.max(0, Math.ceil((since - FIRST_UPDATE) / UPDATE_STEP));
}

/** Whether a generated profile has the app; without it, it has no block for the app's system either. */
export function hasApp(position: number): boolean {
  return position % 15 !== 0;
}

/** The value computed for one of the attributes below; `undefined`: the profile lacks even the key. */
export function generatedValue(position: number, { key, system }: Attribute): Value | undefined {
  if (system === APP_SYSTEM && !hasApp(position)) return undefined;
  const isCustomer = mixed(position, 1) % 4 !== 0;
  if (system === CUSTOM_SYSTEM && !isCustomer) return undefined;
  const made = MAKERS[key]?.(position);
  if (made === undefined) return undefined;
  if (made === null) return NEVER_SET;

  const undated = key === 'favorite_team' && mixed(position, 2) % 4 === 0;
  const age = key === 'country' ? 0 : (mixed(position, key.length) % 300) * DAY;
  const since = undated ? null : updatedAt(position) - age;
  return {
    json: typeof made === 'bigint' ? String(made) : JSON.stringify(made),
    ...{ since, held: since },
    // Each element of a set came a day after the one before it.
    elements: Array.isArray(made) ? made.map((_, n) => (since ?? 0) - (made.length - 1 - n) * DAY) : undefined,
  };
}

/** What a value is made of; `null` for no value, `undefined` for no key. */
type Maker = (position: number) => string | number | bigint | boolean | string[] | null | undefined;

const PLACES = [
  ['FR', 'Paris', 'Île-de-France'],
  ['RS', 'Novi Sad', 'Vojvodina'],
  ['PT', 'Porto', 'Norte'],
  ['DE', 'Köln', 'Nordrhein-Westfalen'],
  ['US', 'Austin', 'Texas'],
] as const;
const TEAMS = ['PSG', 'Real Madrid', 'Crvena zvezda', 'FC Porto', 'Arsenal'];
const HOBBIES = ['Sport', 'Reading', 'Hiking', 'Singing', 'Chess'];
const LANGUAGES = ['French', 'English', 'Serbian', 'Portuguese'];

/** By attribute key; the keys of the three systems that generated profiles have are distinct. */
const MAKERS: Record<string, Maker> = {
  first_name: ofUser(({ firstName }) => firstName),
  last_name: ofUser(({ lastName }) => lastName),
  email: ofUser(({ email }) => email),
  date_of_birth: sometimes(3, (i) => day(1950, i, 20_000)),
  gender: sometimes(4, (i) => pick(['female', 'male', 'other'], i, 4)),
  country: (i) => pick(PLACES, i, 5)[0],
  city: sometimes(6, (i) => pick(PLACES, i, 5)[1]),
  region: sometimes(7, (i) => pick(PLACES, i, 5)[2]),
  profile_picture_url: sometimes(8, (i) => `https://pictures.example.com/${i}.jpg`),
  favorite_team: (i) => pick(TEAMS, i, 9),
  other_team: sometimes(10, (i) => pick(TEAMS, i, 10)),
  contract_type: (i) => pick(['Premium', 'Standard', 'Trial'], i, 11),
  client_type: sometimes(12, (i) => pick(['Private', 'Business'], i, 12)),
  hobbies: (i) => HOBBIES.filter((_, n) => (mixed(i, 13) >> n) % 2 === 0),
  languages: (i) => LANGUAGES.slice(mixed(i, 14) % 3),
  loyalty_points: (i) => {
    // Small, fractional, negative, beyond 2^53, and now and then the very largest.
    if (i % 100 === 1) return 9_223_372_036_854_775_807n;
    return i % 10 === 0 ? 9_007_199_254_740_993n + BigInt(i) : ((mixed(i, 15) % 2e6) - 1e5) / 100;
  },
  newsletter: sometimes(16, (i) => mixed(i, 16) % 3 === 0),
  member_since: (i) => day(2015, i, 3_000),
  last_order_at: sometimes(18, (i) => `${isoTime(updatedAt(i) - (mixed(i, 18) % (90 * DAY))).slice(0, 19)}Z`),
};

/** Profiles of devices have no name. */
function ofUser(make: (user: Person) => string): Maker {
  return (position) => (position % 3 === 2 ? null : make(person(Math.floor(position / 3))));
}

function sometimes(salt: number, make: Maker): Maker {
  return (position) => {
    const chance = mixed(position, salt + 40) % 7;
    if (chance === 0) return undefined;
    return chance === 1 ? null : make(position);
  };
}

function day(year: number, position: number, spread: number): string {
  return isoTime(Date.UTC(year, 0, 1) + (mixed(position, year) % spread) * DAY).slice(0, 10);
}
