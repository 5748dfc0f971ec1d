/** Whom a GDPR request is about and who makes it, as the System of Record knows them; and the requests about a customer. */
import { textOf } from '../../../sources/exact-values.ts';
import { builder } from '../../builder.ts';
import { windowArgs } from '../../connection.ts';
import { oncePerOperation } from '../../context.ts';
import { filterInput } from '../../hood/list-inputs.ts';
import { hoodList } from '../../hood/list-reading.ts';
import { relatedRows } from '../../hood/related-rows.ts';
import { rowsOfWindow, windowCalls } from '../../paging/window.ts';
import { profileCharge, profilesOf } from '../../sor/profiles.ts';
import { GdprPerson, gdprRequests } from '../hood/gdpr-request.ts';
import { CustomerIdTypeEnum, CustomerProfile } from '../sor/customer-profile.ts';

builder.objectField(gdprRequests.type, 'customerProfile', (t) =>
  t.from(['client_id'], {
    type: CustomerProfile,
    description:
      'The profile whose customer id is `clientId`; null when there is none, and always where this gateway is configured not to join the two (`HOOD_CLIENT_ID_IS=none`) and no type is given. One upstream call per response, however many rows select it.',
    weight: 'share',
    cost: ({ customerIdType }, { context }) => {
      const type = customerIdType ?? context.clientIdType;
      return type ? profileCharge(type, 1) : [];
    },
    args: {
      customerIdType: t.arg({
        type: CustomerIdTypeEnum,
        description: 'Whether `clientId` is a user’s or a device’s id in SOR; as configured when left out.',
      }),
    },
    resolve: ({ client_id }, { customerIdType }, context, info) => {
      const type = customerIdType ?? context.clientIdType;
      const id = textOf(client_id);
      return type && id ? profilesOf(context, info).load(id, type) : null;
    },
  }),
);

builder.objectField(GdprPerson, 'customerProfile', (t) =>
  t.field({
    type: CustomerProfile,
    description:
      'The profile whose user id is this e-mail address; null when there is none. One upstream call per response, however many rows select it.',
    requires: 'pii:read',
    cost: profileCharge('user_id', 1),
    resolve: ({ email }, _args, context, info) => {
      const id = textOf(email);
      return id ? profilesOf(context, info).load(id, 'user_id') : null;
    },
  }),
);

const { clientId: _isTheCustomer, hoodId: _isNoCondition, ...filter } = gdprRequests.source.filter;
const source = { ...gdprRequests.source, filter };

const requestsOf = oncePerOperation((context) => relatedRows(source, 'client_id', context));

builder.objectField(CustomerProfile, 'gdprRequests', (t) =>
  t.field({
    type: gdprRequests.connection,
    description:
      'The GDPR requests about this customer. Null where the customer’s id is an e-mail address and no request that meets `filter` is found under it: Hood names people by ids of its own, so there may still be some, which `subjectInformation` shows. Null also where this gateway is configured not to join the two (`HOOD_CLIENT_ID_IS=none`), or to join them by the other type of id. One upstream call per response, however many profiles select it, while `after`, `last` and `before` are left out; with them, one for each profile.',
    weight: 'share',
    cost: ({ filter, orderBy, ...window }, { context }) => {
      // It throws what is wrong with them.
      hoodList(source, { filter, orderBy }, context);
      if (!context.clientIdType) return [];
      const isFromTheFirst = window.after == null && window.last == null && window.before == null;
      if (isFromTheFirst) return { api: 'HOOD', lookup: `requests of ${JSON.stringify([filter, orderBy])}`, keys: 1 };
      return { api: 'HOOD', calls: windowCalls(window, context.hood.settings.maxPageSize) };
    },
    rows: (window, { context }) => rowsOfWindow(window, context.hood.settings.maxPageSize),
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
      const list = hoodList(source, args, context, { client_id: { eq: key } });
      // Mistakes in the window are this profile's own, also where its rows come with those of others.
      list.window(window);
      const needs = list.needs(info, 'GdprRequest');
      const found = await requestsOf(context)({ key, list, args, window, needs });
      const isUnknown =
        key.includes('@') && !list.isNothing && found.rows.length === 0 && !found.total && !found.hasNext;
      return isUnknown ? null : found;
    },
  }),
);
