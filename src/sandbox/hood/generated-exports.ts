import { mixed, pick } from '../people.ts';
import { COMPANY_ID, createdAt, every, Generator, generatedId, gmt } from './generated-row.ts';

const FAILURE = 'Export failed due to an internal error. Please try again later.';
const LISTS = ['Christmas list', 'Weekly report', 'New subscribers', 'Churned users', 'Überblick', 'Città'];

/** Exports in every state; only `ready` is documented, the other states are those of the vendor's operations. */
export const generatedExports = new Generator({
  id: generatedId,
  company_id: () => COMPANY_ID,
  creator_id: (n) => String(1_000_001 + (n % 9)),
  resource: (n) => (every(10, 4, n) ? 'segments' : 'quick-reports'),
  status: statusOf,
  name: (n) => `${pick(LISTS, n, 21)} - ${dayFirst(createdAt(n))}`,
  description: (n) => {
    if (every(31, 3, n)) return undefined;
    return every(6, 5, n) ? null : 'help here';
  },
  size: (n) => {
    if (statusOf(n) !== 'ready') return every(2, 0, n) ? 0 : null;
    const size = 1000 + (mixed(n, 22) % 100_000);
    return every(131, 37, n) ? String(size) : size;
  },
  extension: extensionOf,
  mime_type: (n) => (extensionOf(n) === 'csv' ? 'text/csv' : 'application/json'),
  download_url: (n) => `/v1/hood/customers/exports/${generatedId(n)}/download`,
  attempt_count: (n) => 1 + (mixed(n, 23) % 3),
  download_count: (n) => mixed(n, 24) % 5,
  failure_reason: (n) => (spellsFailedReason(n) ? undefined : failureOf(n)),
  failed_reason: (n) => (spellsFailedReason(n) ? failureOf(n) : undefined),
  expire_time: (n) => (every(37, 11, n) ? '1970-01-01 00:00:00' : gmt(createdAt(n) + 30 * 86_400)),
  create_time: (n) => gmt(createdAt(n)),
  update_time: (n) => (every(191, 29, n) ? '' : gmt(createdAt(n) + (mixed(n, 25) % 7200))),
});

function statusOf(n: number): string {
  if (every(227, 41, n)) return 'on hold';
  return pick(['ready', 'ready', 'ready', 'running', 'failed', 'expired'], n, 20);
}

function extensionOf(n: number): string {
  return every(8, 6, n) ? 'json' : 'csv';
}

/** As in the sample, some that are ready carry a reason too. */
function failureOf(n: number): string | null {
  return statusOf(n) === 'failed' || every(53, 17, n) ? FAILURE : null;
}

/** The page lists `failed_reason` as a searchable field and prints `failure_reason`. */
function spellsFailedReason(n: number): boolean {
  return every(19, 7, n);
}

function dayFirst(seconds: number): string {
  const [day = '', time = ''] = gmt(seconds).split(' ');
  return `${day.split('-').reverse().join('.')} ${time}`;
}
