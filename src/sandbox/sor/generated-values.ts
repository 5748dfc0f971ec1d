import { mixed, type Person, person, pick } from '../people.ts';
import { isoTime } from './times.ts';
import { NEVER_SET, type Value } from './values.ts';

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

/** Whether a generated profile is known to the custom system. */
function isCustomer(position: number): boolean {
  return mixed(position, 1) % 4 !== 0;
}

/** The value computed for an attribute that has a maker below; `undefined`: the profile lacks even the key. */
export function generatedValue(position: number, key: string): Value | undefined {
  if (APP_KEYS.has(key) ? !hasApp(position) : CUSTOM_KEYS.has(key) && !isCustomer(position)) return undefined;
  const made = MAKERS[key]?.(position);
  if (made === undefined) return undefined;
  if (made === null) return NEVER_SET;
  const age = key === 'country' ? 0 : (mixed(position, key.length) % 300) * DAY;
  const since = updatedAt(position) - age;
  if (typeof made === 'string') {
    const undated = key === 'favorite_team' && mixed(position, 2) % 4 === 0;
    return { ...NEVER_SET, json: made, ...(!undated && { since, held: since }) };
  }
  const elements = made.map((_, index) => since - (made.length - 1 - index) * DAY);
  return { json: JSON.stringify(made), since, held: since, elements };
}

/** JSON text, or the elements of a set; `null` for no value, `undefined` for no key. */
type Maker = (position: number) => string | string[] | null | undefined;

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

const isDevice = (position: number) => position % 3 === 2;

/** The person of a profile; the last one is kept, because each profile asks several times. */
function someone(position: number): Person {
  const n = Math.floor(position / 3);
  if (latest?.n !== n) latest = { n, person: person(n) };
  return latest.person;
}

let latest: { n: number; person: Person } | undefined;

const APP_KEYS = new Set(['favorite_team', 'other_team']);
const CUSTOM_KEYS = new Set([
  ...['contract_type', 'client_type', 'hobbies', 'languages'],
  ...['loyalty_points', 'newsletter', 'member_since', 'last_order_at'],
]);

/** By attribute key; the keys of the three systems that generated profiles have are distinct. */
const MAKERS: Record<string, Maker> = {
  first_name: (i) => (isDevice(i) ? null : JSON.stringify(someone(i).firstName)),
  last_name: (i) => (isDevice(i) ? null : JSON.stringify(someone(i).lastName)),
  email: (i) => (isDevice(i) ? null : JSON.stringify(someone(i).email)),
  date_of_birth: (i) => sometimes(i, 3, () => JSON.stringify(day(1950, i, 20_000))),
  gender: (i) => sometimes(i, 4, () => JSON.stringify(pick(['female', 'male', 'other'], i, 4))),
  country: (i) => JSON.stringify(pick(PLACES, i, 5)[0]),
  city: (i) => sometimes(i, 6, () => JSON.stringify(pick(PLACES, i, 5)[1])),
  region: (i) => sometimes(i, 7, () => JSON.stringify(pick(PLACES, i, 5)[2])),
  profile_picture_url: (i) => sometimes(i, 8, () => `"https://pictures.example.com/${i}.jpg"`),
  favorite_team: (i) => JSON.stringify(pick(TEAMS, i, 9)),
  other_team: (i) => sometimes(i, 10, () => JSON.stringify(pick(TEAMS, i, 10))),
  contract_type: (i) => JSON.stringify(pick(['Premium', 'Standard', 'Trial'], i, 11)),
  client_type: (i) => sometimes(i, 12, () => JSON.stringify(pick(['Private', 'Business'], i, 12))),
  hobbies: (i) => HOBBIES.filter((_, index) => (mixed(i, 13) >> index) % 2 === 0),
  languages: (i) => LANGUAGES.slice(mixed(i, 14) % 3),
  loyalty_points: (i) => points(i),
  newsletter: (i) => sometimes(i, 16, () => String(mixed(i, 16) % 3 === 0)),
  member_since: (i) => JSON.stringify(day(2015, i, 3_000)),
  last_order_at: (i) => sometimes(i, 18, () => `"${isoTime(orderedAt(i)).slice(0, 19)}Z"`),
};

function sometimes(position: number, salt: number, make: () => string): string | null | undefined {
  const chance = mixed(position, salt + 40) % 7;
  if (chance === 0) return undefined;
  return chance === 1 ? null : make();
}

/** Small, fractional, negative, beyond 2^53, and now and then the very largest. */
function points(position: number): string {
  if (position % 100 === 1) return '9223372036854775807';
  if (position % 10 === 0) return String(9_007_199_254_740_993n + BigInt(position));
  return String(((mixed(position, 15) % 2_000_000) - 100_000) / 100);
}

function day(year: number, position: number, spread: number): string {
  return isoTime(Date.UTC(year, 0, 1) + (mixed(position, year) % spread) * DAY).slice(0, 10);
}

function orderedAt(position: number): number {
  return updatedAt(position) - (mixed(position, 18) % (90 * DAY));
}
