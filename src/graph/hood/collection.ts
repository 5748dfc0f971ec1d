import type { ObjectRef } from '@pothos/core';
import { isSegment } from '../../http/client/path.ts';
import type { HoodRow } from '../../sources/hood/answers.ts';
import { canBeListed, MAX_IDS, type RowSource } from '../../sources/hood/row-lookup.ts';
import { builder, type Types } from '../builder.ts';
import { connectionOf } from '../connection.ts';
import { type Asked, byArguments, type Charge } from '../cost/charge.ts';
import { nodeLoader } from '../node-loaders.ts';
import { rowsOfWindow, windowCalls } from '../paging/window.ts';
import { selectsRows, upstreamFields } from '../selection.ts';
import { windowArgs } from '../window-args.ts';
import { fetchList, idsToFetch, namedIds } from './fetched-rows.ts';
import { filterInput, type ListSource, orderInput, searchInput } from './list-inputs.ts';
import { type ListArguments, listRequest, readOwn, rowNeeds } from './list-reading.ts';

/** How a Hood collection is published. */
export interface CollectionOptions extends ListSource {
  /** The root field of the list. */
  many: string;
  /** Whether Hood has `GET /<collection>/{id}`; a collection without is filtered by id. */
  viewable: boolean;
  /** The root field of one row by its `hoodId`. */
  one: string;
  /** One row, in descriptions: `GDPR request`. */
  singular: string;
}

/**
 * Publishes a Hood collection: its connection with filter, search and order, the field for one row, and
 * its place behind `node` and `nodes`. Returns what other fields need to list its rows, or to find one.
 */
export function hoodCollection<Row extends HoodRow>(type: ObjectRef<Types, Row>, options: CollectionOptions) {
  const typeName = type.name;
  const { collection, viewable } = options;
  const rows: RowSource = { collection, byPath: viewable, byList: options.filter['hoodId']?.isFetched !== true };
  const connection = connectionOf(typeName, type, options.plural);
  const filter = filterInput(`${typeName}Filter`, options);
  const search = options.search && searchInput(typeName, options.plural, options.search);
  const order = orderInput(typeName, options);

  /** Rows that are fetched one by one are fetched again for other fields. */
  const rowCharge = (id: string, asked: Asked): Charge =>
    canBeListed(rows, id)
      ? { api: 'HOOD', lookup: collection, keys: [id], most: MAX_IDS }
      : { api: 'HOOD', once: `${collection} ${id} ${upstreamFields(asked, typeName)}`, each: options.singular };

  builder.queryFields((t) => ({
    [options.many]: t.field({
      type: connection,
      description: `The ${options.plural}, in the API's own order unless \`orderBy\` gives another. Costs one upstream call for any window that one page can hold.`,
      args: {
        ...windowArgs(t.arg, 'Without `before` it may cost a second call, to find the end.'),
        filter: t.arg({ type: filter, description: 'Only rows that meet all of these conditions.' }),
        ...(search && { search: t.arg({ type: search, description: 'Only rows that contain this text.' }) }),
        orderBy: t.arg({
          type: [order],
          description:
            'Sort keys, most significant first. If rows may be added, changed or removed while you page, sort by `CREATE_TIME` or `UPDATE_TIME`: in any other order rows may be skipped or repeated.',
        }),
      },
      cost: byArguments('call', (args: ListArguments, asked) => {
        const ids = idsToFetch(options, args);
        if (ids) return ids.map((id) => rowCharge(id, asked));
        const calls = windowCalls(args, asked.context.hood.settings.maxPageSize);
        const isTotal = calls > 1 && !selectsRows(asked, `${typeName}Connection`);
        return { api: 'HOOD', calls: isTotal ? 1 : calls };
      }),
      rows: (args: ListArguments, { context }) => {
        const window = rowsOfWindow(args, context.hood.settings.maxPageSize);
        return Math.min(window, namedIds(args)?.size ?? window);
      },
      resolve: async (_root, args, context, info) => {
        // Pothos types arguments where they are written out; `search` is there or not as the options say.
        const asked = args as ListArguments;
        const ids = idsToFetch(options, asked);
        if (ids) return fetchList(ids, rows, asked, typeName, context, info) as never;
        const request = listRequest(options, asked);
        return readOwn(collection, request, asked, rowNeeds(info, typeName, request), context) as never;
      },
    }),
    [options.one]: t.field({
      type,
      description: `One ${options.singular} by its Hood id; null when there is none. Costs one upstream call${rows.byList ? ', shared with other such lookups of the operation' : ''}.`,
      cost: byArguments('call', ({ hoodId }: { hoodId: string }, asked) => rowCharge(hoodId, asked)),
      args: { hoodId: t.arg.id({ idOf: typeName, required: true, description: 'The id that Hood gave it.' }) },
      resolve: (_root, { hoodId }, context, info) =>
        context.hood.row(rows, String(hoodId), upstreamFields(info, typeName)) as never,
    }),
  }));

  nodeLoader(type, {
    naturalKey: ['hoodId'],
    // Only a list of ids is one call for several, and a comma cannot stand in one.
    costsACall: (id) => isSegment(id) && !canBeListed(rows, id),
    cost: rowCharge,
    load: (id, fields, context) => context.hood.row(rows, id, fields),
  });
  return { source: options, connection, order, rows };
}
