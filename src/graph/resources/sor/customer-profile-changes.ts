/** What has changed about customers since a moment, from the System of Record. */
import type { ProfileListQuery, ProfileRow } from '../../../sources/sor/profile-rows.ts';
import type { SorProfiles } from '../../../sources/sor/profiles.ts';
import { builder } from '../../builder.ts';
import { BadInput } from '../../caller-error.ts';
import { type Connection, connectionOf, emptyConnection, forwardArgs } from '../../connection.ts';
import type { Context } from '../../context.ts';
import { rowsOfWindow, type WindowArguments, windowFor } from '../../paging/window.ts';
import { namedSystemCharge, setOf, systemAttributes } from '../../sor/attribute-blocks.ts';
import { type FetchChanges, readFeed } from '../../sor/change-feed.ts';
import { askedFor, profileOrIdStub, profilesWith, readable, stubCharges } from '../../sor/profiles.ts';
import { type AttributeValueSource, MASKED } from './attribute-value.ts';
import { CustomerProfile } from './customer-profile.ts';
import { CustomerProfileFilter, profileQuery } from './customer-profiles.ts';
import { systemEdges, systemsArg } from './system-of-record.ts';

interface ChangeWindow extends Connection<ProfileRow> {
  asOf: string;
}

export const AttributeChange = builder.objectRef<AttributeValueSource>('AttributeChange').implement({
  description: 'A changed attribute of a customer.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    systemIdentifier: t.exposeID('system', {
      nullable: false,
      description: 'The system’s identifier as the API writes it: `global` for the global system.',
    }),
    ...systemEdges(t, 'system'),
    key: t.exposeString('key', { nullable: false, description: 'The attribute’s key.' }),
    value: t.expose('raw', {
      type: 'JSON',
      description: 'The current value; for a set, the whole set. Null if it was removed.',
      tags: ['pii'],
    }),
    masked: t.exposeBoolean('masked', { nullable: false, description: MASKED }),
    removed: t.exposeBoolean('removed', { nullable: false, description: 'Whether the value was removed.' }),
  }),
});

export const CustomerProfileChange = builder.objectRef<ProfileRow>('CustomerProfileChange').implement({
  description: 'A customer whose attributes have changed.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    profile: t.field({
      type: CustomerProfile,
      description:
        'The customer; null when it has been deleted since. The id and `applications` cost nothing; the rest is looked up, with one upstream call per response.',
      weight: 'share',
      cost: (_args, asked) => [
        // Of which type the customers are, only the answer says.
        ...stubCharges(asked, 'user_id', ['applications']),
        ...stubCharges(asked, 'device_id', ['applications']),
      ],
      resolve: (row, _args, context, info) =>
        profileOrIdStub(row.customer_id, row.customer_id_type, context, info, row.applications),
    }),
    changes: t.field({
      type: [AttributeChange],
      nullable: false,
      description:
        'The changed attributes. The API may leave out a removal without any other change: see `SystemOfRecord.removedAttributes`.',
      weight: 'share',
      cost: namedSystemCharge,
      args: {
        systems: systemsArg(t.arg),
        keys: t.arg.stringList({ description: 'Only these keys.' }),
      },
      resolve: async (profile, { systems, keys }, context) => {
        const wanted = { systems: setOf(systems), keys: setOf(keys), read: changeOf };
        return (await systemAttributes(profile, wanted, context)).flatMap(({ values }) => values);
      },
    }),
  }),
});

const ChangeConnection = connectionOf(
  'CustomerProfileChange',
  CustomerProfileChange,
  'customers whose attributes have changed',
  { isForwardOnly: true },
);

builder.objectField(ChangeConnection, 'asOf', (t) =>
  t.field({
    type: 'DateTime',
    description: 'The `since` of the next synchronization. If you read several windows, take it from the first one.',
    // The one field that answers with such a connection gives it the moment as well.
    resolve: (connection) => (connection as ChangeWindow).asOf,
  }),
);

builder.queryField('customerProfileChanges', (t) =>
  t.field({
    type: ChangeConnection,
    description:
      'Customers whose attributes have changed, and the changes. Costs one upstream call for any window that one page can hold.',
    // A window may begin in the middle of a page.
    cost: ({ after }) => ({ api: 'SOR', calls: after == null ? 1 : 2 }),
    rows: (window, { context }) => rowsOfWindow(window, context.sor.settings.maxPageSize),
    args: {
      since: t.arg({ type: 'DateTime', required: true, description: 'Only changes after this moment.' }),
      ...forwardArgs(t.arg),
      filter: t.arg({
        type: CustomerProfileFilter,
        description: 'Only customers that meet these conditions.',
      }),
    },
    resolve: async (_root, { since, filter, ...window }, context, info) => {
      const matching = profileQuery(filter);
      if (Number.isNaN(since.getTime())) throw new BadInput('Expected a moment in "since".');
      const query = matching === 'nothing' ? matching : { ...matching, updatedSince: since.toISOString() };
      const changes = profilesWith(context, info, 'CustomerProfileChange');
      // Rows that cannot be read are errors in their places, which Pothos' list types have no room for.
      return readChanges(changes, query, window, context) as never;
    },
  }),
);

/** Reads pages of changes, without those of others than were asked for. */
export function pagesOf(changes: SorProfiles, query: ProfileListQuery): FetchChanges {
  return async (page) => {
    const answer = await changes.list(query, page);
    return { ...answer, items: answer.items.filter(askedFor(query)) };
  };
}

async function readChanges(
  changes: SorProfiles,
  query: ProfileListQuery | 'nothing',
  args: WindowArguments,
  { sor, cursors }: Context,
) {
  const own = cursors.of(`sor/changes?${JSON.stringify(query)}`);
  const largest = sor.settings.maxPageSize;
  const { size: first } = windowFor({ first: args.first }, { maximum: largest, cursors: own });
  const after = args.after == null ? undefined : own.decode(args.after, 'after');
  if (query === 'nothing') return { ...emptyConnection(), asOf: new Date().toISOString() };
  const { rows, places, hasNext, asOf } = await readFeed(pagesOf(changes, query), first, after, largest);
  return {
    rows: readable(rows, sor),
    total: undefined,
    hasNext,
    hasPrevious: after !== undefined,
    cursorOf: (index: number) => own.encode(places[index] ?? []),
    asOf,
  };
}

/**
 * `{ value, removed }` (vendor's page: System of Record v2), of which a removal might lack the value; a bare value is
 * one that was not removed.
 */
function changeOf(key: string, given: unknown, system: string): AttributeValueSource {
  const isChange = typeof given === 'object' && given !== null && ('value' in given || 'removed' in given);
  const { value = null, removed } = (isChange ? given : { value: given }) as { value?: unknown; removed?: unknown };
  return { key, raw: value, system, removed: removed === true, masked: false, dated: undefined };
}
