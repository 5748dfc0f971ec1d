/** Customers as their attributes change. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { customersIn } from '../../../http/reads/subjects.ts';
import { isProfile, type ProfileRow } from '../../../sources/sor/profile-rows.ts';
import { builder } from '../../builder.ts';
import { BadInput } from '../../caller-error.ts';
import { type Found, OVERLAP_MS, type PolledApis } from '../../live/pollers.ts';
import { type FetchChanges, readFeed } from '../../sor/change-feed.ts';
import { profileIdOf, profilesWith } from '../../sor/profiles.ts';
import { profileProjection } from '../../sor/projection.ts';
import { CustomerProfileChange, pagesOf } from '../sor/customer-profile-changes.ts';
import { CustomerProfileFilter, profileQuery } from '../sor/customer-profiles.ts';

/** Of so many customers a poller remembers what it has told last. */
const MOST_KNOWN = 10_000;

/** Reads pages of what has changed since a moment. */
type FetchPageOf = (apis: PolledApis, since: string) => FetchChanges;

/** Polls a feed for what has changed since a moment, a page a poll; it may be over once all pages were read. */
function changesSince(moment: number, fetchPageOf: FetchPageOf, endsThere = false) {
  let since = moment;
  let place: readonly number[] | undefined;
  let asOf = '';
  const known = new LRUCache<string, ProfileRow>({ max: MOST_KNOWN });
  return async (apis: PolledApis): Promise<Found<ProfileRow>> => {
    const { maxPageSize: size } = apis.sor.settings;
    const window = await readFeed(fetchPageOf(apis, new Date(since).toISOString()), size, place, size);
    const isKnown = (row: ProfileRow) => isDeepStrictEqual(known.get(profileIdOf(row) ?? ''), row);
    const events = window.rows.filter(isProfile).filter((row) => !isKnown(row));
    for (const row of events) known.set(profileIdOf(row) ?? '', row);
    // What changes while pages are read moves to other pages: it comes again after the last one.
    if (!place) asOf = window.asOf;
    place = window.hasNext ? window.places.at(-1) : undefined;
    if (place) return { events, isUnfinished: true };
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
      if (Number.isNaN(since.getTime())) throw new BadInput('Expected a moment in "since".');
      if (query === 'nothing') return inTurn();
      const fetchPageOf: FetchPageOf = (apis, updatedSince) =>
        pagesOf(profilesWith({ ...context, ...apis }, info, 'CustomerProfileChange'), { ...query, updatedSince });
      const key = JSON.stringify(['customerProfileChanges', query, profileProjection(info, 'CustomerProfileChange')]);
      const common = { api: 'SOR', isState: false } as const;
      // Before the past is read, so that nothing is missed in between.
      const coming = context.follow<ProfileRow>({
        ...{ ...common, key },
        begin: () => changesSince(Date.now() - OVERLAP_MS, fetchPageOf),
      });
      // Its own: whoever came later would miss its first pages.
      const past = context.follow<ProfileRow>({
        ...{ ...common, key: randomUUID() },
        begin: () => changesSince(since.getTime(), fetchPageOf, true),
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
