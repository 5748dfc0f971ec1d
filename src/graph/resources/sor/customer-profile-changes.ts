/** What has changed about customers since a moment, and what changes from then on, from the System of Record. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { flagIn } from '../../../sources/exact-values.ts';
import { customersIn, isProfile, type ProfileListQuery, type ProfileRow } from '../../../sources/sor/profile-rows.ts';
import type { SorProfiles } from '../../../sources/sor/profiles.ts';
import type { Sor } from '../../../sources/sor/sor.ts';
import { builder } from '../../builder.ts';
import { type Connection, connectionOf, emptyConnection, forwardArgs } from '../../connection.ts';
import { type Found, OVERLAP_MS, type PolledApis } from '../../live/pollers.ts';
import { rowsOfWindow, windowFor } from '../../paging/window.ts';
import { namedSystemCharge, setOf, systemAttributes } from '../../sor/attribute-blocks.ts';
import { type ChangeFeed, readFeed } from '../../sor/change-feed.ts';
import {
  askedFor,
  profileIdOf,
  profileOrIdStub,
  profileProjection,
  profilesWith,
  readable,
  stubCharges,
} from '../../sor/profiles.ts';
import { type AttributeValueSource, MASKED } from './attribute-value.ts';
import { CustomerProfile } from './customer-profile.ts';
import { CustomerProfileFilter, profileQuery } from './customer-profiles.ts';
import { systemEdges, systemsArg } from './system-of-record.ts';

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

const CustomerProfileChange = builder.objectRef<ProfileRow>('CustomerProfileChange').implement({
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

const ChangeConnection = connectionOf(CustomerProfileChange, 'customers whose attributes have changed', {
  isForwardOnly: true,
});

builder.objectField(ChangeConnection, 'asOf', (t) =>
  t.field({
    type: 'DateTime',
    description: 'The `since` of the next synchronization. If you read several windows, take it from the first one.',
    // The one field that answers with such a connection gives it the moment as well.
    resolve: (connection) => (connection as Connection<ProfileRow> & { asOf: string }).asOf,
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
    resolve: async (_root, { since, filter, first, after }, context, info) => {
      const { sor, cursors } = context;
      const matching = profileQuery(filter);
      const query = matching === 'nothing' ? matching : { ...matching, updatedSince: since.toISOString() };
      const own = cursors.of(`sor/changes?${JSON.stringify(query)}`);
      const { size } = windowFor({ first }, { maximum: sor.settings.maxPageSize, cursors: own });
      const start = after == null ? undefined : own.decode(after, 'after');
      if (query === 'nothing') return { ...emptyConnection(), asOf: new Date().toISOString() };
      const changes = profilesWith(context, profileProjection(info, 'CustomerProfileChange'));
      const { rows, places, end, hasNext, asOf } = await readFeed(feedOf(changes, query, sor), size, start);
      return {
        rows: readable(rows, sor),
        total: undefined,
        hasNext,
        hasPrevious: start !== undefined,
        cursorOf: (index: number) => own.encode(places[index] ?? []),
        endCursor: end && own.encode(end),
        asOf,
      };
    },
  }),
);

/** The changes that a query asks for. */
function feedOf(changes: SorProfiles, query: ProfileListQuery, sor: Sor): ChangeFeed {
  return {
    fetchPage: (page) => changes.list(query, page),
    isAsked: askedFor(query),
    largest: sor.settings.maxPageSize,
  };
}

/** `{ value, removed }` (vendor's page: System of Record v2), perhaps without a value; or a bare value, not removed. */
function changeOf(key: string, given: unknown, system: string): AttributeValueSource {
  const isChange = typeof given === 'object' && given !== null && ('value' in given || 'removed' in given);
  const { value = null, removed } = (isChange ? given : { value: given }) as { value?: unknown; removed?: unknown };
  return { key, raw: value, system, removed: flagIn(removed) === true, masked: false, dated: undefined };
}

/** Of so many customers a poller remembers what it has told last. */
const MOST_KNOWN = 10_000;

/** What has changed since a moment. */
type FeedSince = (apis: PolledApis, since: string) => ChangeFeed;

/** Polls a feed for what has changed since a moment, a page a poll; it may be over once all pages were read. */
function changesSince(moment: number, feedSince: FeedSince, endsThere = false) {
  let since = moment;
  let place: readonly number[] | undefined;
  let asOf = '';
  // With `max` room for all of them would be taken at once.
  const known = new LRUCache<string, ProfileRow>({ maxSize: MOST_KNOWN, sizeCalculation: () => 1 });
  return async (apis: PolledApis): Promise<Found<ProfileRow>> => {
    const feed = feedSince(apis, new Date(since).toISOString());
    const window = await readFeed(feed, feed.largest, place);
    const isKnown = (row: ProfileRow) => isDeepStrictEqual(known.get(profileIdOf(row) ?? ''), row);
    const events = window.rows.filter(isProfile).filter((row) => !isKnown(row));
    for (const row of events) known.set(profileIdOf(row) ?? '', row);
    // What changes while pages are read moves to other pages: it comes again after the last one.
    if (!place) asOf = window.asOf;
    place = window.hasNext ? window.end : undefined;
    if (place) return { events, isUnfinished: window.rows.length > 0 };
    since = Date.parse(asOf) - OVERLAP_MS;
    return { events, isOver: endsThere };
  };
}

builder.subscriptionField('customerProfileChanges', (t) =>
  t.field({
    type: CustomerProfileChange,
    nullable: false,
    description:
      'Customers whose attributes have changed since a moment, and then those whose attributes change. One may come twice with the same change. Each poll costs one upstream call for all who read the same, and what has changed before one for each page.',
    cost: { api: 'SOR', calls: 2 },
    args: {
      since: t.arg({ type: 'DateTime', required: true, description: 'Only changes after this moment.' }),
      filter: t.arg({ type: CustomerProfileFilter, description: 'Only customers that meet these conditions.' }),
    },
    subscribe: (_root, { since, filter }, context, info) => {
      const query = profileQuery(filter);
      if (query === 'nothing') return inTurn();
      const projection = profileProjection(info, 'CustomerProfileChange');
      const feedSince: FeedSince = (apis, updatedSince) =>
        feedOf(profilesWith(apis, projection), { ...query, updatedSince }, apis.sor);
      const key = JSON.stringify(['customerProfileChanges', query, projection]);
      const common = { api: 'SOR', isState: false } as const;
      // Before the past is read, so that nothing is missed in between.
      const coming = context.follow<ProfileRow>({
        ...{ ...common, key },
        begin: () => changesSince(Date.now() - OVERLAP_MS, feedSince),
      });
      // Its own: whoever came later would miss its first pages.
      const past = context.follow<ProfileRow>({
        ...{ ...common, key: randomUUID() },
        begin: () => changesSince(since.getTime(), feedSince, true),
      });
      return inTurn(past, coming);
    },
    resolve: (row, _args, { operation }) => {
      operation.subjects?.add(customersIn([row]));
      return row as never;
    },
  }),
);

async function* inTurn(...all: AsyncIterable<unknown>[]) {
  for (const each of all) yield* each;
}
