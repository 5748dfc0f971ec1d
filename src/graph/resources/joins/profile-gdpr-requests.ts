/** The GDPR requests about a customer, from Hood. */
import { builder } from '../../builder.ts';
import { windowArgs } from '../../connection.ts';
import { oncePerOperation } from '../../context.ts';
import { byArguments } from '../../cost/charge.ts';
import { filterInput } from '../../hood/list-inputs.ts';
import { HoodList, type ListArguments } from '../../hood/list-reading.ts';
import { relatedRows } from '../../hood/related-rows.ts';
import { rowsOfWindow, windowCalls } from '../../paging/window.ts';
import { gdprRequests } from '../hood/gdpr-request.ts';
import { CustomerProfile } from '../sor/customer-profile.ts';

const { clientId: _isTheCustomer, hoodId: _isNoCondition, ...filter } = gdprRequests.source.filter;
const source = { ...gdprRequests.source, filter };

const requestsOf = oncePerOperation((context) => relatedRows(source, 'client_id', context));

builder.objectField(CustomerProfile, 'gdprRequests', (t) =>
  t.field({
    type: gdprRequests.connection,
    description:
      'The GDPR requests about this customer. Null where the customer’s id is an e-mail address and no request that meets `filter` is found under it: Hood names people by ids of its own, so there may still be some, which `subjectInformation` shows. Null also where this gateway is configured not to join the two (`HOOD_CLIENT_ID_IS=none`), or to join them by the other type of id. One upstream call per response, however many profiles select it, while `after`, `last` and `before` are left out; with them, one for each profile.',
    cost: byArguments('share', ({ filter, orderBy, ...window }: ListArguments, { context }) => {
      // It throws what is wrong with them.
      new HoodList(source, { filter, orderBy }, context);
      if (!context.clientIdType) return [];
      const isFromTheFirst = window.after == null && window.last == null && window.before == null;
      if (isFromTheFirst) return { api: 'HOOD', lookup: `requests of ${JSON.stringify([filter, orderBy])}`, keys: 1 };
      return { api: 'HOOD', calls: windowCalls(window, context.hood.settings.maxPageSize) };
    }),
    rows: (window: ListArguments, { context }) => rowsOfWindow(window, context.hood.settings.maxPageSize),
    args: {
      ...windowArgs(t.arg),
      filter: t.arg({
        type: filterInput('CustomerProfileGdprRequestFilter', source),
        description: 'Only requests that meet all of these conditions.',
      }),
      orderBy: t.arg({
        type: [gdprRequests.order],
        description: 'Sort keys, most significant first; see `gdprRequests`.',
      }),
    },
    resolve: async (profile, { filter, orderBy, ...window }, context, info) => {
      const { customer_id: key, customer_id_type: type } = profile;
      if (type !== context.clientIdType) return null;
      const args = { filter, orderBy };
      const list = new HoodList(source, args, context, { client_id: { eq: key } });
      // Mistakes in the window are this profile's own, also where its rows come with those of others.
      list.window(window);
      const needs = list.needs(info, 'GdprRequest');
      const found = await requestsOf(context)({ key, list, args, window, needs });
      const isUnknown = key.includes('@') && list.query !== 'nothing' && found.rows.length === 0 && !found.total;
      // The rows behind a GDPR request are what its collection answers; Pothos cannot know that.
      return isUnknown ? null : (found as never);
    },
  }),
);
