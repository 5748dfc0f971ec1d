/** Customers as their attributes change. */
import { isDeepStrictEqual } from 'node:util';
import { customersIn } from '../../../http/reads/subjects.ts';
import type { ProfileListQuery } from '../../../sources/sor/profile-endpoints.ts';
import { isProfile, type ProfileRow } from '../../../sources/sor/profile-rows.ts';
import type { SorProfiles } from '../../../sources/sor/profiles.ts';
import { builder } from '../../builder.ts';
import { BadInput } from '../../caller-error.ts';
import type { Found, PolledApis } from '../../live/pollers.ts';
import { readFeed } from '../../sor/change-feed.ts';
import { askedFor, profileIdOf, profilesWith } from '../../sor/profiles.ts';
import { profileProjection } from '../../sor/projection.ts';
import { CustomerProfileChange } from '../sor/customer-profile-changes.ts';
import { CustomerProfileFilter, profileQuery } from '../sor/customer-profiles.ts';

/** So much of what was read comes again with the next poll: nobody documents how late a change may appear. */
const OVERLAP_MS = 5_000;

type ReadAll = (apis: PolledApis, since: string) => Promise<{ rows: ProfileRow[]; asOf: string }>;

/** All that has changed since a moment, and the moment before it was read. */
function readingOf(query: ProfileListQuery, changesOf: (apis: PolledApis) => SorProfiles): ReadAll {
  return async (apis, updatedSince) => {
    const changes = changesOf(apis);
    const size = apis.sor.settings.maxPageSize;
    const fetchPage = (page: { number: number; size: number }) => changes.list({ ...query, updatedSince }, page);
    let window = await readFeed(fetchPage, size, undefined, size);
    const { asOf } = window;
    const all = [...window.rows];
    while (window.hasNext) {
      window = await readFeed(fetchPage, size, window.places.at(-1), size);
      all.push(...window.rows);
    }
    return { rows: all.filter(isProfile).filter(askedFor(query)), asOf };
  };
}

/** Polls for what changes from now on. */
function newChanges(read: ReadAll): (apis: PolledApis) => Promise<Found<ProfileRow>> {
  let since = Date.now() - OVERLAP_MS;
  let known = new Map<string | undefined, ProfileRow>();
  return async (apis) => {
    const { rows, asOf } = await read(apis, new Date(since).toISOString());
    const events = rows.filter((row) => !isDeepStrictEqual(known.get(profileIdOf(row)), row));
    known = new Map(rows.map((row) => [profileIdOf(row), row]));
    since = Date.parse(asOf) - OVERLAP_MS;
    return { events };
  };
}

builder.subscriptionField('customerProfileChanges', (t) =>
  t.field({
    type: CustomerProfileChange,
    nullable: false,
    description:
      'Customers whose attributes have changed since a moment, and then those whose attributes change. One may come twice with the same change. Each poll costs one upstream call for all who read the same, and what has changed before costs one more.',
    cost: { api: 'SOR', calls: 2 },
    args: {
      since: t.arg({ type: 'DateTime', required: true, description: 'Only changes after this moment.' }),
      filter: t.arg({ type: CustomerProfileFilter, description: 'Only customers that meet these conditions.' }),
    },
    subscribe: (_root, { since, filter }, context, info) => {
      const query = profileQuery(filter);
      if (Number.isNaN(since.getTime())) throw new BadInput('Expected a moment in "since".');
      if (query === 'nothing') return inTurn();
      const read = readingOf(query, (apis) => profilesWith({ ...context, ...apis }, info, 'CustomerProfileChange'));
      const key = JSON.stringify(['customerProfileChanges', query, profileProjection(info, 'CustomerProfileChange')]);
      const common = { api: 'SOR', isState: false } as const;
      // Before the past is read, so that nothing is missed in between.
      const coming = context.follow<ProfileRow>({ ...common, key, begin: () => newChanges(read) });
      const past = context.follow<ProfileRow>({
        ...{ ...common, key: `${key} ${since.toISOString()}` },
        begin: () => async (apis) => ({ events: (await read(apis, since.toISOString())).rows, isOver: true }),
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
