/** The list of customer profiles, and exports of it, from the System of Record. */
import { z } from 'zod';
import { idLists, MAX_LIST_LENGTH } from '../../../sources/id-lists.ts';
import type { ProfileExportQuery } from '../../../sources/sor/profile-export.ts';
import { builder } from '../../builder.ts';
import { BadInput, withoutNulls } from '../../caller-error.ts';
import { connectionOf, emptyConnection, windowArgs } from '../../connection.ts';
import { SCOPES_OF_FILES } from '../../download-link.ts';
import { linkFields, mutation } from '../../mutation.ts';
import { narrowedWindow } from '../../narrowed-window.ts';
import { withApiIds } from '../../node-ids.ts';
import { readWindow } from '../../paging/read-window.ts';
import { positionNumbers, rowsOfWindow, type WindowArguments, windowCalls, windowFor } from '../../paging/window.ts';
import { selectsRows } from '../../selection.ts';
import { askedFor, profileIdOf, profilesOf, readable } from '../../sor/profiles.ts';
import { CustomerIdTypeEnum, CustomerProfile } from './customer-profile.ts';

const CustomerProfileConnection = connectionOf(CustomerProfile, 'customer profiles');

export const CustomerProfileFilter = builder.inputType('CustomerProfileFilter', {
  description: 'Which profiles; both conditions must hold.',
  fields: (t) => ({
    customerIds: t.idList({
      idOf: 'CustomerProfile',
      description: 'Only these customers; an empty list matches nobody, without a call. Ids must not contain commas.',
    }),
    customerIdType: t.field({ type: CustomerIdTypeEnum, description: 'Only ids of this type.' }),
  }),
});

type FilterArgument = typeof CustomerProfileFilter.$inferInput | null | undefined;

/** The filter as the API takes it, or `nothing` when nobody can match. Throws `BadInput`. */
export function profileQuery(filter: FilterArgument) {
  const { customerIds, customerIdType } = withApiIds(withoutNulls(filter ?? {}), { customerIds: 'CustomerProfile' });
  if (customerIds?.length === 0) return 'nothing';
  const ids = customerIds && [...new Set(customerIds.map(String))];
  if (ids?.some((id) => id === '' || id.includes(','))) {
    throw new BadInput('Expected ids that are not empty and have no commas in "filter.customerIds".');
  }
  if (ids && idLists(ids).length > 1) {
    throw new BadInput('Expected at most 4 kB of ids in "filter.customerIds": ask for them in several parts.');
  }
  return { customerIds: ids, customerIdType };
}

builder.queryField('customerProfiles', (t) =>
  t.field({
    type: CustomerProfileConnection,
    description: 'The customer profiles. Costs one upstream call for any window that one page can hold.',
    cost: ({ filter, ...args }, asked) => {
      if (profileQuery(filter) === 'nothing') return [];
      const calls = windowCalls(args, asked.context.sor.settings.maxPageSize);
      const isTotal = calls > 1 && !selectsRows(asked, 'CustomerProfileConnection');
      return { api: 'SOR', calls: isTotal ? 1 : calls };
    },
    rows: ({ filter, ...args }, { context }) => {
      const window = rowsOfWindow(args, context.sor.settings.maxPageSize);
      const { customerIds, customerIdType } = filter ?? {};
      // Of both types there may be one with the same id.
      return customerIds ? Math.min(window, new Set(customerIds).size * (customerIdType ? 1 : 2)) : window;
    },
    args: {
      ...windowArgs(t.arg, 'Without `before` it may cost a second call, to find the end.'),
      filter: t.arg({
        type: CustomerProfileFilter,
        description: 'Only profiles that meet these conditions.',
      }),
    },
    resolve: async (_root, { filter, ...args }, context, info) => {
      const { sor, cursors } = context;
      const query = profileQuery(filter);
      const { maxPageSize: maximum } = sor.settings;
      const own = cursors.of(`sor/profiles?${JSON.stringify(query)}`);
      const windowOf = (window: WindowArguments) => windowFor(window, { maximum, cursors: own });
      windowOf(args);
      if (query === 'nothing') return emptyConnection();
      const profiles = profilesOf(context, info);
      const read = async (asked: WindowArguments, onlyTotal = false) => {
        const { offset, ...window } = await readWindow<unknown>((page) => profiles.list(query, page), windowOf(asked), {
          sizes: context.pageSizes('sor/customer_profiles', maximum),
          idOf: profileIdOf,
          onlyTotal,
        });
        return {
          ...window,
          rows: readable(window.rows, sor),
          cursorOf: (index: number) =>
            own.encode(positionNumbers(offset + index, window.total, profileIdOf(window.rows[index]))),
        };
      };
      const onlyTotal = !selectsRows(info, 'CustomerProfileConnection');
      const { customerIds, customerIdType } = query;
      if ((customerIds ?? customerIdType) === undefined) return read(args, onlyTotal);
      // A user and a device may have the same id.
      const most = customerIds && customerIds.length * (customerIdType ? 1 : 2);
      return narrowedWindow(read, args, { isAsked: askedFor(query), most, maximum }, onlyTotal);
    },
  }),
);

/** The API takes an empty list for everything, and a comma for the end of a member. */
const NAMES = z
  .array(z.string().regex(/^[^,]+$/, 'Expected a member that is not empty and has no comma.'))
  .min(1, 'Expected at least one member, or none of the list.');

mutation('exportCustomerProfiles', {
  tags: ['pii', 'sor'],
  requires: SCOPES_OF_FILES['profile-exports'],
  description:
    'Returns a link to an export of customer profiles. A null field counts as left out. Costs no upstream call; opening the link does, each time.',
  inputDescription: 'Which profiles to export, and which of their values; everything by default.',
  input: (t) => ({
    customerIdType: t.field({ type: CustomerIdTypeEnum, description: 'Only ids of this type.' }),
    systems: t.idList({
      idOf: 'SystemOfRecord',
      description: 'Only values of these systems, by their identifiers or `global`.',
      check: NAMES,
    }),
    attributeKeys: t.stringList({
      description: 'Only values under these keys, and no systems without them.',
      check: NAMES,
    }),
    updatedSince: t.field({
      type: 'DateTime',
      description: 'Only profiles whose values have changed since then, and only those values.',
    }),
  }),
  rules: [
    [
      ({ systems, attributeKeys }) =>
        encodeURIComponent([...(systems ?? []), ...(attributeKeys ?? [])].join().toWellFormed()).length <=
        MAX_LIST_LENGTH,
      { path: [], code: 'TOO_LONG', message: 'Expected at most 4 kB of systems and keys.' },
    ],
  ],
  cost: () => [],
  resolve: async ({ attributeKeys: keys, ...given }, { linkTo }) => {
    const query: { [Name in keyof ProfileExportQuery]: unknown } = { ...given, keys };
    const written = JSON.stringify(query, (_name, value) => value ?? undefined);
    return linkTo('profile-exports', Buffer.from(written).toString('base64url'));
  },
  successDescription: 'The export can be fetched.',
  success: (t) =>
    linkFields(
      t,
      'A link to the export that works until it expires, for whoever holds it and without further credentials. It may take a minute until the file begins to come.',
    ),
});
