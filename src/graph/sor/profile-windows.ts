import type { ProfileListQuery } from '../../sources/sor/profile-endpoints.ts';
import { isProfile, type ProfileRow } from '../../sources/sor/profile-rows.ts';
import type { SorProfiles } from '../../sources/sor/profiles.ts';
import type { Sor } from '../../sources/sor/sor.ts';
import { type Connection, emptyConnection, listConnection, readableRows } from '../connection.ts';
import type { Context } from '../context.ts';
import { readWindow } from '../paging/read-window.ts';
import { positionNumbers, type Window, type WindowArguments, windowFor } from '../paging/window.ts';

/**
 * Reads a window of the profiles that match, without a call where nobody can; `onlyTotal` transfers one row to learn how many there are. Where the answer
 * has profiles that were not asked for, the API ignores the filter: then those of its largest page count.
 */
export async function readProfiles(
  profiles: SorProfiles,
  query: ProfileListQuery | 'nothing',
  args: WindowArguments,
  context: Context,
  onlyTotal: boolean,
): Promise<Connection<ProfileRow | Error>> {
  const { sor, cursors } = context;
  const listKey = `sor/profiles?${JSON.stringify(query)}`;
  const own = cursors.of(listKey);
  const largest = sor.settings.maxPageSize;
  const asked = windowFor(args, { maximum: largest, cursors: own });
  if (query === 'nothing') return emptyConnection();
  const isAsked = askedFor(query);
  const read = (window: Window, onlyTotal: boolean) =>
    readWindow<unknown>((page) => profiles.list(query, page), window, {
      maximum: context.pageMaximums.of('sor/customer_profiles', largest),
      idOf: profileIdOf,
      onlyTotal,
    });
  const { offset, ...window } = await read(asked, onlyTotal);
  if (window.rows.every(isAsked)) {
    return {
      ...window,
      rows: readable(window.rows, sor),
      cursorOf: (index) => own.encode(positionNumbers(offset + index, window, profileIdOf(window.rows[index]))),
    };
  }
  const { rows } = await read({ kind: 'range', offset: 0, size: largest }, false);
  return listConnection(readable(rows.filter(isAsked), sor), args, { listKey, cursors, maximum: largest });
}

/** Tells the rows that a query asks for from those of others; rows that name nobody stay. */
export function askedFor({ customerIds, customerIdType }: ProfileListQuery): (row: unknown) => boolean {
  const ids = customerIds && new Set(customerIds);
  return (row) =>
    !isProfile(row) ||
    ((ids?.has(row.customer_id) ?? true) && (customerIdType ?? row.customer_id_type) === row.customer_id_type);
}

/** What makes two profiles the same; undefined for a row that names nobody. */
export function profileIdOf(row: unknown): string | undefined {
  return isProfile(row) ? `${row.customer_id_type}:${row.customer_id}` : undefined;
}

/** The profiles; rows that name nobody are errors in their places. */
export function readable(rows: readonly unknown[], sor: Sor): (ProfileRow | Error)[] {
  return readableRows(rows, isProfile, () => sor.malformed('/api/customer_profiles'));
}
