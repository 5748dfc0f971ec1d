/** How an export of Hood comes along. */
import { builder } from '../../builder.ts';
import type { PolledApis } from '../../live/pollers.ts';
import { upstreamFields } from '../../selection.ts';
import { hoodExports } from '../hood/hood-export.ts';

/** What an export comes to (vendor's pages: exports, operations). */
const FINAL: readonly unknown[] = ['ready', 'failed', 'expired'];

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
        return { events: [row], isOver: row === null || FINAL.includes(Object(row).status) };
      };
      const key = JSON.stringify(['hoodExport', hoodId, fields]);
      return follow({ key, api: 'HOOD', isState: true, begin: () => poll });
    },
    resolve: (row) => row as never,
  }),
);
