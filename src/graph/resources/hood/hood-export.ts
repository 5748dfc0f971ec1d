/** Exports, from Hood: files that somebody had made of reports and lists, having one made again, and how one comes along. */
import { isNoTime, isoDateTime } from '../../../sources/time.ts';
import { builder } from '../../builder.ts';
import { SCOPES_OF_FILES } from '../../download-link.ts';
import { hoodCollection } from '../../hood/collection.ts';
import { DateTimeFilter, filtersOf, IDFilter, IntFilter, StringFilter, WholeNumberFilter } from '../../hood/filters.ts';
import { inLowerCase } from '../../hood/list-inputs.ts';
import { hoodIdInput, rowField } from '../../hood/write.ts';
import type { PolledApis } from '../../live/pollers.ts';
import { mutation } from '../../mutation.ts';
import { FLOAT, INT, MOMENT } from '../../readings.ts';
import { upstreamFields } from '../../selection.ts';

export const hoodExports = hoodCollection('HoodExport', {
  description: 'A file that Hood has created, or is creating, of a report or a list. Whatever Hood leaves out is null.',
  tags: ['hood'],
  fields: (t) => ({
    creatorId: t.exposeID('creator_id', { description: 'Who asked for it.' }),
    resource: t.exposeString('resource', { description: 'The kind of data exported, such as `quick-reports`.' }),
    status: t.exposeString('status', {
      description: 'Its status: `ready` can be downloaded, `failed` can be retried. Hood lists no others.',
    }),
    name: t.exposeString('name', { description: 'Its title.' }),
    description: t.exposeString('description', { description: 'The description that its creator gave it.' }),
    size: t.read('size', FLOAT, { description: 'The size of the file in bytes; null beyond 2^53 − 1.' }),
    extension: t.exposeString('extension', { description: 'The file name’s ending, without a dot.' }),
    mimeType: t.exposeString('mime_type', { description: 'The media type of the file.' }),
    downloadUrl: t.from(['expire_time', 'id', 'status'], {
      type: 'URL',
      description:
        'Where this gateway hands out the file for the next five minutes, or until its caller’s token ends, to whoever holds the link and without further credentials. Null unless there is a file: the status is `ready`, and `expireTime` lies ahead, or Hood says that there is none. A time that cannot be read may have passed.',
      tags: ['pii'],
      requires: SCOPES_OF_FILES.exports,
      resolve: ({ expire_time, id, status }, _args, { linkTo }) => {
        const isKept = isNoTime(expire_time) || Date.parse(isoDateTime(expire_time) ?? '') > Date.now();
        return statusIn(status) === 'ready' && isKept ? linkTo('exports', String(id)).url : null;
      },
    }),
    attemptCount: t.read('attempt_count', INT, { description: 'How many times Hood tried to create it.' }),
    downloadCount: t.read('download_count', INT, { description: 'How many times it was downloaded.' }),
    failureReason: t.from(['failure_reason'], {
      type: 'String',
      description: 'Why an attempt failed. It may be left over although a later attempt succeeded: check `status`.',
      // Hood's page calls the same field `failed_reason` where it is searched, and rows may follow either.
      resolve: (row) => row.failure_reason ?? (row as Record<string, string>)['failed_reason'] ?? null,
    }),
    expireTime: t.read('expire_time', MOMENT, {
      description: 'When the file is removed; null when Hood has no readable time.',
    }),
    expireTimeText: t.exposeString('expire_time', { description: 'That time as Hood writes it.' }),
  }),
  collection: 'exports',
  viewable: true,
  many: 'hoodExports',
  plural: 'exports',
  one: 'hoodExport',
  singular: 'export',
  filter: {
    ...filtersOf(IDFilter, 'companyId', 'creatorId'),
    ...filtersOf(StringFilter, 'resource', 'status', 'name', 'description'),
    ...filtersOf(WholeNumberFilter, 'size'),
    ...filtersOf(StringFilter, 'extension', 'mimeType'),
    downloadUrl: {
      upstream: 'download_url',
      kind: StringFilter,
      description:
        'A condition on Hood’s own path to the file, `/v1/hood/…/download`, not on the link of this gateway.',
    },
    ...filtersOf(IntFilter, 'attemptCount', 'downloadCount'),
    ...filtersOf(StringFilter, 'failureReason'),
    ...filtersOf(DateTimeFilter, 'expireTime'),
  },
  search: { fields: { ...inLowerCase('ID', 'RESOURCE', 'NAME', 'DESCRIPTION'), FAILURE_REASON: 'failed_reason' } },
  order: inLowerCase(
    ...['RESOURCE', 'STATUS', 'NAME', 'SIZE', 'EXTENSION', 'MIME_TYPE', 'ATTEMPT_COUNT', 'DOWNLOAD_COUNT'],
    'EXPIRE_TIME',
  ),
});

/** What an export comes to (vendor's pages: exports, operations). */
const FINAL: readonly unknown[] = ['ready', 'failed', 'expired'];

/** A status as it is documented, in whatever case it came. */
function statusIn(text: unknown): string {
  return String(text).toLowerCase();
}

builder.subscriptionField('hoodExport', (t) =>
  t.field({
    type: hoodExports.type,
    description:
      'An export as it is, and again whenever it has changed, until its status is `ready`, `failed` or `expired`. Null, once, when there is none. Each poll costs one upstream call, shared with all exports that are followed.',
    cost: { api: 'HOOD', calls: 1 },
    args: { hoodId: t.arg.id({ idOf: 'HoodExport', required: true, description: 'The id that Hood gave it.' }) },
    subscribe: (_root, { hoodId }, { follow }, info) => {
      const fields = [...new Set([...upstreamFields(info, 'HoodExport'), 'status'])].sort();
      const poll = async ({ hood }: PolledApis) => {
        const row = await hood.row(hoodExports.rows, String(hoodId), fields);
        return { events: [row], isOver: row === null || FINAL.includes(statusIn(Object(row).status)) };
      };
      const key = JSON.stringify(['hoodExport', hoodId, fields]);
      return follow({ key, api: 'HOOD', isState: true, begin: () => poll });
    },
    resolve: (row) => row as never,
  }),
);

mutation('retryHoodExport', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Has Hood make an export again that has failed, with what was asked for at first. Hood works on it later: its `status` says when it is `ready`, and `Subscription.hoodExport` tells. Costs one upstream call, and a second one to re-read the export if you select it.',
  inputDescription: 'The export to make again.',
  input: (t) => ({ hoodId: hoodIdInput(t, 'HoodExport', 'export') }),
  cost: () => ({ api: 'HOOD', calls: 1 }),
  resolve: async ({ hoodId }, { hood }) => ({
    known: { id: hoodId },
    operationId: await hood.retryExport(hoodId),
  }),
  successDescription: 'Hood has begun to make the file.',
  success: (t) => ({
    hoodExport: rowField(t, hoodExports, ['id']),
    operationId: t.exposeID('operationId', {
      description: 'Hood’s id of the work that it has begun, which is not the export’s; null if Hood did not say.',
    }),
  }),
});
