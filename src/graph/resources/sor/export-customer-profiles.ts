/** Exports of customer profiles. */
import { z } from 'zod';
import type { ProfileExportQuery } from '../../../sources/sor/profile-export.ts';
import { SCOPES_OF_FILES } from '../../download-link.ts';
import { idOf, mistake } from '../../input-checks.ts';
import { mutation } from '../../mutation.ts';
import { CustomerIdTypeEnum } from './customer-profile.ts';

/** The longest lists that a call takes: nobody documents how long a URL may be. */
const MAX_LENGTH = 4_000;

/** The API takes an empty list for everything, and a comma for the end of a member. */
const listOf = (member: z.ZodString) =>
  z
    .array(member.regex(/^[^,]+$/, 'Expected a member that is not empty and has no comma.'))
    .min(1, 'Expected at least one member, or none of the list.')
    .nullish();

const ProfileExport = z
  .object({
    customerIdType: z.enum(['user_id', 'device_id']).nullish(),
    systems: listOf(idOf('SystemOfRecord')),
    attributeKeys: listOf(z.string()),
    updatedSince: z.date().nullish(),
  })
  .refine(
    ({ systems, attributeKeys }) =>
      encodeURIComponent([...(systems ?? []), ...(attributeKeys ?? [])].join().toWellFormed()).length <= MAX_LENGTH,
    mistake('TOO_LONG', 'Expected at most 4 kB of systems and keys.'),
  );

mutation('exportCustomerProfiles', {
  tags: ['pii', 'sor'],
  requires: SCOPES_OF_FILES['profile-exports'],
  description:
    'Returns a link to an export of customer profiles. A null field counts as left out. Costs no upstream call; opening the link does, each time.',
  cost: () => [],
  inputDescription: 'Which profiles to export, and which of their values; everything by default.',
  input: (t) => ({
    customerIdType: t.field({ type: CustomerIdTypeEnum, description: 'Only ids of this type.' }),
    systems: t.idList({
      idOf: 'SystemOfRecord',
      description: 'Only values of these systems, by their identifiers or `global`.',
    }),
    attributeKeys: t.stringList({
      description: 'Only values under these keys, and no systems without them.',
    }),
    updatedSince: t.field({
      type: 'DateTime',
      description: 'Only profiles whose values have changed since then, and only those values.',
    }),
  }),
  check: ProfileExport,
  resolve: async ({ customerIdType, systems, attributeKeys, updatedSince }, { linkTo }) => {
    const query: ProfileExportQuery = {
      customerIdType: customerIdType ?? undefined,
      systems: systems ?? undefined,
      keys: attributeKeys ?? undefined,
      updatedSince: updatedSince?.toISOString(),
    };
    const subject = Buffer.from(JSON.stringify(query)).toString('base64url');
    return linkTo('profile-exports', subject);
  },
  successDescription: 'The export can be fetched.',
  success: (t) => ({
    downloadUrl: t.expose('url', {
      type: 'URL',
      nullable: false,
      description:
        'A link to the export that works until it expires, for whoever holds it and without further credentials. It may take a minute until the file begins to come.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the link stops working.',
      resolve: ({ expiresAt }) => expiresAt.toISOString(),
    }),
  }),
});
