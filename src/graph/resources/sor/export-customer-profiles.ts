/** Exports of customer profiles. */
import { z } from 'zod';
import { MAX_LIST_LENGTH } from '../../../sources/id-lists.ts';
import type { ProfileExportQuery } from '../../../sources/sor/profile-export.ts';
import { SCOPES_OF_FILES } from '../../download-link.ts';
import { linkFields, mutation } from '../../mutation.ts';
import { CustomerIdTypeEnum } from './customer-profile.ts';

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
