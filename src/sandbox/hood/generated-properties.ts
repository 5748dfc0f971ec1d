import { mixed, pick } from '../people.ts';
import { COMPANY_ID, createdAt, createTime, type GeneratedColumns, generatedId, gmt, mostly } from './generated-row.ts';

const SYSTEM_LABELS = ['first_name', 'last_name', 'email', 'date_of_birth', 'gender'];

/** Keys that the customer attributes of a system of record have as well. */
const SHARED_LABELS = [
  ...[...SYSTEM_LABELS, 'country', 'city', 'region', 'profile_picture_url'],
  ...['favorite_team', 'contract_type', 'hobbies', 'languages'],
];
const TOPICS = ['loyalty', 'shipping', 'newsletter', 'device', 'billing', 'élan', 'survey', 'visit'];
const ASPECTS = ['level', 'date', 'count', 'note', 'source', 'code'];

const isSystem = (n: number) => n < SYSTEM_LABELS.length || n % 29 === 13;

/** Definitions of profile properties, named like attributes of the other API first. */
export const generatedProfileProperties: GeneratedColumns = {
  id: generatedId,
  company_id: () => COMPANY_ID,
  target: labelOf,
  // The page of the newest list prints `property` in place of `label`.
  label: mostly(labelOf, [13, 1, undefined]),
  property: mostly(undefined, [13, 1, labelOf]),
  data_type: mostly(
    (n) => (n < SHARED_LABELS.length ? 'text' : pick(['text', 'text', 'number', 'date'], n, 31)),
    [149, 41, 'data'], // one page writes it so for "date"
    [151, 43, 'boolean'],
  ),
  example: mostly((n) => `example ${n}`, [9, 2, null]),
  description: mostly((n) => `What is known about "${labelOf(n).replaceAll('_', ' ')}".`, [11, 4, undefined]),
  import_aliases: mostly((n) => [`${labelOf(n)}_alias`], [41, 23, null], [3, 0, []]),
  export_alias: (n) => (isSystem(n) ? undefined : n % 3 === 0 ? null : `${labelOf(n)}_alias`),
  pi_data: (n) => (isSystem(n) ? undefined : oddFlag(n, mixed(n, 32) % 2)),
  system: (n) => (isSystem(n) ? 1 : 0),
  importable: (n) => mixed(n, 33) % 2,
  exportable: mostly((n) => mixed(n, 34) % 2, [109, 31, undefined]),
  create_time: createTime,
  update_time: (n) => gmt(createdAt(n) + (mixed(n, 35) % 86_400)),
};

/** Data keys: the older view on such definitions. */
export const generatedCustomerData: GeneratedColumns = {
  id: generatedId,
  company_id: () => COMPANY_ID,
  target: labelOf,
  pi_data: mostly((n) => oddFlag(n, mixed(n, 36) % 2), [113, 37, null], [127, 53, undefined]),
  create_time: mostly(createTime, [401, 67, '30.02.2021']),
  update_time: mostly((n) => gmt(createdAt(n) + (mixed(n, 37) % 86_400)), [181, 73, '1970-01-01 00:00:00']),
  label: labelOf,
  data_type: () => 'text',
  description: mostly((n) => `Data key number ${n}.`, [4, 3, null]),
  example: (n) => `example ${n}`,
  export_alias: mostly((n) => `${labelOf(n)}_alias`, [3, 2, null]),
};

function labelOf(n: number): string {
  return SHARED_LABELS[n] ?? `${pick(TOPICS, n, 30)}_${pick(ASPECTS, n, 38)}_${n}`;
}

/** Flags are documented as 0 and 1; some come as text or as a boolean. */
function oddFlag(n: number, flag: number): unknown {
  return mostly(flag, [43, 19, String(flag)], [47, 21, flag === 1])(n);
}
