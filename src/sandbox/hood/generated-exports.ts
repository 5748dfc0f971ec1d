import { mixed, pick } from '../people.ts';
import { COMPANY_ID, createdAt, createTime, type GeneratedColumns, generatedId, gmt, mostly } from './generated-row.ts';

const FAILURE = 'Export failed due to an internal error. Please try again later.';
const LISTS = ['Christmas list', 'Weekly report', 'New subscribers', 'Churned users', 'Überblick', 'Città'];
const STATUSES = ['ready', 'ready', 'ready', 'running', 'failed', 'expired'];

const statusOf = mostly((n) => pick(STATUSES, n, 20), [227, 41, 'on hold']);
const extensionOf = mostly('csv', [8, 6, 'json']);

/** Exports in every state; only `ready` is documented, the other states are those of the vendor's operations. */
export const generatedExports: GeneratedColumns = {
  id: generatedId,
  company_id: () => COMPANY_ID,
  creator_id: (n) => String(1_000_001 + (n % 9)),
  resource: mostly('quick-reports', [10, 4, 'segments']),
  status: statusOf,
  name: (n) => `${pick(LISTS, n, 21)} - ${dayFirst(createTime(n))}`,
  description: mostly('help here', [31, 3, undefined], [6, 5, null]),
  size: (n) => {
    if (statusOf(n) !== 'ready') return n % 2 === 0 ? 0 : null;
    const size = 1000 + (mixed(n, 22) % 100_000);
    return n % 131 === 37 ? String(size) : size;
  },
  extension: extensionOf,
  mime_type: (n) => (extensionOf(n) === 'csv' ? 'text/csv' : 'application/json'),
  download_url: (n) => `/v1/hood/customers/exports/${generatedId(n)}/download`,
  attempt_count: (n) => 1 + (mixed(n, 23) % 3),
  download_count: (n) => mixed(n, 24) % 5,
  // The page lists `failed_reason` as a searchable field and prints `failure_reason`.
  failure_reason: mostly(failureOf, [19, 7, undefined]),
  failed_reason: mostly(undefined, [19, 7, failureOf]),
  // A few that are ready have expired all the same.
  expire_time: mostly(
    (n) => gmt(createdAt(n) + (statusOf(n) === 'expired' ? 30 : 36_500) * 86_400),
    [37, 11, '1970-01-01 00:00:00'],
    [41, 13, (n) => gmt(createdAt(n) + 30 * 86_400)],
  ),
  create_time: createTime,
  update_time: mostly((n) => gmt(createdAt(n) + (mixed(n, 25) % 7200)), [191, 29, '']),
};

/** As in the sample, some that are ready carry a reason too. */
function failureOf(n: number): string | null {
  return statusOf(n) === 'failed' || n % 53 === 17 ? FAILURE : null;
}

/** `22.05.2025 11:44:32`, as in the names of the sample. */
function dayFirst(gmtTime: string): string {
  const [day = '', time = ''] = gmtTime.split(' ');
  return `${day.split('-').reverse().join('.')} ${time}`;
}
