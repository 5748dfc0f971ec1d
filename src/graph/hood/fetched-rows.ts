import type { GraphQLResolveInfo } from 'graphql';
import { valuesIn } from '../../sources/hood/grammar.ts';
import type { RowSource } from '../../sources/hood/row-lookup.ts';
import type { HoodRow } from '../../sources/hood/rows.ts';
import { BadInput } from '../caller-error.ts';
import { type Connection, readWhole } from '../connection.ts';
import type { Context } from '../context.ts';
import { admitLookup, loadEach, MOST_LOOKUPS } from '../node.ts';
import { upstreamFields } from '../selection.ts';
import { conditionsOf } from './conditions.ts';
import type { ListSource } from './list-inputs.ts';
import type { ListArguments } from './list-reading.ts';

/**
 * The ids that a filter names, where lists of Hood cannot be filtered by ids; undefined without such a filter. Throws
 * `BadInput` for what can be said of ids or beside them only to a list.
 */
export function idsToFetch(
  { filter: fields }: ListSource,
  { filter, search, orderBy }: ListArguments,
): readonly string[] | undefined {
  const { hoodId, ...others } = filter ?? {};
  if (!fields['hoodId']?.isFetched || hoodId === undefined) return undefined;
  const conditions = conditionsOf({ hoodId }, fields);
  const ids = conditions === 'nothing' ? new Set<string>() : valuesIn(conditions['id'] ?? {});
  if (!ids) throw new BadInput('Expected `eq` or `in` in `filter.hoodId`: Hood has no other operators for it.');
  if (Object.keys(others).length > 0 || search || orderBy?.length) {
    throw new BadInput(
      'Expected no other condition, search or order beside `filter.hoodId`: each row is fetched by its id.',
    );
  }
  if (ids.size > MOST_LOOKUPS) {
    throw new BadInput(
      `Expected at most ${MOST_LOOKUPS} ids in \`filter.hoodId\`, not ${ids.size}: each costs a call. Ask for the others in a further operation.`,
    );
  }
  return [...ids];
}

/** The ids that a filter allows, as far as `eq` and `in` say so. */
export function namedIds({ filter }: ListArguments): ReadonlySet<unknown> | undefined {
  const { eq, in: members } = filter?.['hoodId'] ?? {};
  return Array.isArray(members) ? new Set(members) : eq == null ? undefined : new Set([eq]);
}

/** A window of the rows that there are among these ids, in their order, each fetched by a call of its own. */
export function fetchList(
  ids: readonly string[],
  rows: RowSource,
  args: ListArguments,
  typeName: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Connection<HoodRow | Error>> {
  const { cursors, hood } = context;
  const listKey = `hood/${rows.collection}/${JSON.stringify(ids)}`;
  const read = async () => {
    const found = await loadEach(ids, async (id) => {
      admitLookup({ typeName, key: id }, context);
      return hood.row(rows, id, upstreamFields(info, typeName));
    });
    return found.filter((row) => row !== null) as (HoodRow | Error)[];
  };
  return readWhole(read, args, { listKey, cursors, maximum: hood.settings.maxPageSize });
}
