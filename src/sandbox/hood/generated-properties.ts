import { mixed, pick } from '../people.ts';
import { COMPANY_ID, createdAt, every, Generator, generatedId, gmt } from './generated-row.ts';

/** Keys that the customer attributes of a system of record have as well; here the first of them are system properties. */
const SHARED_LABELS = [
  'first_name',
  'last_name',
  'email',
  'date_of_birth',
  'gender',
  'country',
  'city',
  'region',
  'profile_picture_url',
  'favorite_team',
  'contract_type',
  'hobbies',
  'languages',
] as const;
const SYSTEM_LABELS = 5;
const TOPICS = ['loyalty', 'shipping', 'newsletter', 'device', 'billing', 'élan', 'survey', 'visit'];
const ASPECTS = ['level', 'date', 'count', 'note', 'source', 'code'];

/** Definitions of profile properties, named like attributes of the other API first. */
export const generatedProfileProperties = new Generator({
  id: generatedId,
  company_id: () => COMPANY_ID,
  target: labelOf,
  label: (n) => (spellsProperty(n) ? undefined : labelOf(n)),
  property: (n) => (spellsProperty(n) ? labelOf(n) : undefined),
  data_type: (n) => {
    if (every(149, 41, n)) return 'data'; // one page writes it so for "date"
    if (every(151, 43, n)) return 'boolean';
    return n < SHARED_LABELS.length ? 'text' : pick(['text', 'text', 'number', 'date'], n, 31);
  },
  example: (n) => (every(9, 2, n) ? null : `example ${n}`),
  description: (n) =>
    every(11, 4, n) ? undefined : `What is known about "${labelOf(n).replaceAll('_', ' ')}".`,
  import_aliases: (n) => {
    if (every(41, 23, n)) return null;
    return every(3, 0, n) ? [] : [`${labelOf(n)}_alias`];
  },
  export_alias: (n) => (isSystem(n) ? undefined : every(3, 0, n) ? null : `${labelOf(n)}_alias`),
  pi_data: (n) => (isSystem(n) ? undefined : oddFlag(n, mixed(n, 32) % 2)),
  system: (n) => (isSystem(n) ? 1 : 0),
  importable: (n) => mixed(n, 33) % 2,
  exportable: (n) => (every(109, 31, n) ? undefined : mixed(n, 34) % 2),
  create_time: (n) => gmt(createdAt(n)),
  update_time: (n) => gmt(createdAt(n) + (mixed(n, 35) % 86_400)),
});

/** Data keys: the older view on such definitions. */
export const generatedCustomerData = new Generator({
  id: generatedId,
  company_id: () => COMPANY_ID,
  target: labelOf,
  pi_data: (n) => {
    if (every(113, 37, n)) return null;
    return every(127, 53, n) ? undefined : oddFlag(n, mixed(n, 36) % 2);
  },
  create_time: (n) => (every(401, 67, n) ? '30.02.2021' : gmt(createdAt(n))),
  update_time: (n) =>
    every(181, 73, n) ? '1970-01-01 00:00:00' : gmt(createdAt(n) + (mixed(n, 37) % 86_400)),
  label: labelOf,
  data_type: () => 'text',
  description: (n) => (every(4, 3, n) ? null : `Data key number ${n}.`),
  example: (n) => `example ${n}`,
  export_alias: () => null,
});

function labelOf(n: number): string {
  return SHARED_LABELS[n] ?? `${pick(TOPICS, n, 30)}_${pick(ASPECTS, n, 38)}_${n}`;
}

function isSystem(n: number): boolean {
  return n < SYSTEM_LABELS || every(29, 13, n);
}

/** The newest list page prints `property` in place of `label`. */
function spellsProperty(n: number): boolean {
  return every(13, 1, n);
}

/** Flags are documented as 0 and 1; some come as text or as a boolean. */
function oddFlag(n: number, flag: number): number | string | boolean {
  if (every(43, 19, n)) return String(flag);
  return every(47, 21, n) ? flag === 1 : flag;
}
