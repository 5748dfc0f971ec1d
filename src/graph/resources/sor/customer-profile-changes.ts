/** What has changed about customers since a moment, from the System of Record. */

import type { ProfileRow } from '../../../sources/sor/profile-rows.ts';
import { SorProfiles } from '../../../sources/sor/profiles.ts';
import { BadInput } from '../../bad-input.ts';
import { builder } from '../../builder.ts';
import { type Connection, connectionOf, emptyConnection } from '../../connection.ts';
import { narrowBlocks } from '../../sor/attribute-blocks.ts';
import { readProfiles } from '../../sor/profile-windows.ts';
import { profileOrIdStub } from '../../sor/profiles.ts';
import { profileProjection } from '../../sor/projection.ts';
import { forwardArgs } from '../../window-args.ts';
import { CustomerProfile } from './customer-profile.ts';
import { CustomerProfileFilter, profileQuery } from './customer-profiles.ts';
import { SystemOfRecord } from './system-of-record.ts';

interface ChangeSource {
  system: string;
  key: string;
  value: unknown;
  removed: boolean;
}

interface ChangeWindow extends Connection<ProfileRow> {
  asOf: string;
}

const AttributeChange = builder.objectRef<ChangeSource>('AttributeChange').implement({
  description: 'An attribute of a customer that has changed.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    systemIdentifier: t.exposeID('system', {
      nullable: false,
      description: 'As the API writes it: `global` for the global system.',
    }),
    system: t.field({
      type: SystemOfRecord,
      description: 'The system itself. Costs one upstream call for a whole answer.',
      cost: 'share',
      resolve: ({ system }, _args, { sorSystems }) => sorSystems.findInList(system),
    }),
    key: t.exposeString('key', { nullable: false, description: 'The attribute’s key.' }),
    value: t.field({
      type: 'JSON',
      description: 'The value as it is now, of a set the whole set; null when there is none any more.',
      tags: ['pii'],
      resolve: ({ value }) => value ?? null,
    }),
    removed: t.exposeBoolean('removed', { nullable: false, description: 'Whether the value was removed.' }),
  }),
});

const CustomerProfileChange = builder.objectRef<ProfileRow>('CustomerProfileChange').implement({
  description: 'A customer about whom something has changed.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    profile: t.field({
      type: CustomerProfile,
      description:
        'The customer. The id costs nothing; the rest is looked up, with one call for a whole answer.',
      cost: 'share',
      resolve: ({ customer_id, customer_id_type }, _args, context, info) =>
        profileOrIdStub(customer_id, customer_id_type, context, info),
    }),
    changes: t.field({
      type: [AttributeChange],
      nullable: { list: false, items: false },
      description:
        'What has changed. A removal that nothing else accompanies may not be listed: see `SystemOfRecord.removedAttributes`.',
      args: {
        systems: t.arg.idList({ description: 'Only these systems, by identifier or as `global`.' }),
        keys: t.arg.stringList({ description: 'Only these keys.' }),
      },
      resolve: async (profile, { systems, keys }, context) =>
        (await narrowBlocks(profile, systems, keys, context)).flatMap(({ name, entries }) =>
          entries.map(([key, raw]) => ({ system: name, key, ...changeOf(raw) })),
        ),
    }),
  }),
});

const ChangeConnection = connectionOf(
  'CustomerProfileChange',
  CustomerProfileChange,
  'customers about whom something has changed',
  { isForwardOnly: true },
);

builder.objectField(ChangeConnection, 'asOf', (t) =>
  t.field({
    type: 'DateTime',
    description: 'The `since` of the next time: that of the first window, when several are followed.',
    // The one field that answers with such a connection gives it the moment as well.
    resolve: (connection) => (connection as ChangeWindow).asOf,
  }),
);

builder.queryField('customerProfileChanges', (t) =>
  t.field({
    type: ChangeConnection,
    description:
      'Customers about whom something has changed, and what. Costs one upstream call for any window that one page can hold.',
    args: {
      since: t.arg({ type: 'DateTime', required: true, description: 'Only changes after this moment.' }),
      ...forwardArgs(t.arg),
      filter: t.arg({
        type: CustomerProfileFilter,
        description: 'Only customers that meet these conditions.',
      }),
    },
    resolve: async (_root, { since, filter, ...window }, context, info) => {
      const asOf = new Date().toISOString();
      const query = profileQuery(filter);
      if (Number.isNaN(since.getTime())) throw new BadInput('Expected a moment in "since".');
      if (query === 'nothing') return { ...emptyConnection('sor/changes?nothing', context.cursors), asOf };
      const changes = new SorProfiles(context.sor, profileProjection(info, 'CustomerProfileChange'));
      const updatedSince = since.toISOString();
      // Rows that cannot be read are errors in their places, which Pothos' list types have no room for.
      return {
        ...(await readProfiles(changes, { ...query, updatedSince }, window, context, false)),
        asOf,
      } as never;
    },
  }),
);

/** `{ value, removed }` (seed), of which a removal might lack the value; a bare value is one that was not removed. */
function changeOf(raw: unknown): { value: unknown; removed: boolean } {
  if (typeof raw !== 'object' || raw === null || !('value' in raw || 'removed' in raw)) {
    return { value: raw, removed: false };
  }
  const { value = null, removed } = raw as { value?: unknown; removed?: unknown };
  return { value, removed: removed === true };
}
