import type { ProfileListQuery } from '../../sources/sor/profile-endpoints.ts';
import { isProfile, type ProfileRow } from '../../sources/sor/profile-rows.ts';
import type { ProfilePage, SorProfiles } from '../../sources/sor/profiles.ts';
import type { Sor } from '../../sources/sor/sor.ts';
import type { Connection } from '../connection.ts';
import type { Context } from '../context.ts';
import { type ReadOptions, readWindow } from '../paging/read-window.ts';
import { type WindowArguments, windowFor } from '../paging/window.ts';
import type { Page } from '../paging/window-pages.ts';

/** Reads a window of the profiles that match; `onlyTotal` transfers one row to learn how many there are. */
export async function readProfiles(
  profiles: SorProfiles,
  query: ProfileListQuery,
  args: WindowArguments,
  context: Context,
  onlyTotal: boolean,
): Promise<Connection<ProfileRow | Error>> {
  const { sor, cursors } = context;
  const listKey = `sor/profiles?${JSON.stringify(query)}`;
  const window = windowFor(args, { maximum: sor.settings.maxPageSize, listKey, cursors });
  const pageMaximum = context.pageMaximums.of('sor/customer_profiles', sor.settings.maxPageSize);
  const read = await readWindow<unknown>(
    (page) => profiles.list(query, page).then((answer) => totalled(answer, query, page)),
    window,
    { maximum: pageMaximum, idOf, onlyTotal } satisfies ReadOptions<unknown>,
  );
  return { ...read, rows: readable(read.rows, sor), listKey, cursors };
}

/**
 * Changes come without a total, but say whether a page follows: as long as one does, there is at least one row more
 * than the pages so far can hold.
 */
function totalled({ items, total, hasMore }: ProfilePage, { updatedSince }: ProfileListQuery, page: Page) {
  if (updatedSince === undefined) return { items, total };
  const before = (page.number - 1) * page.size;
  return { items, total: hasMore ? before + page.size + 1 : before + items.length };
}

function idOf(row: unknown): string | undefined {
  return isProfile(row) ? `${row.customer_id_type}:${row.customer_id}` : undefined;
}

/** Rows that name nobody become errors in their places, all of them one failure: an odd row never fails its list. */
function readable(rows: readonly unknown[], sor: Sor): (ProfileRow | Error)[] {
  if (rows.every((row) => isProfile(row))) return rows as ProfileRow[];
  const error = sor.malformed('/api/customer_profiles');
  return rows.map((row) => (isProfile(row) ? row : error));
}
