import type { Condition } from './filters.ts';
import type { ListQuery } from './list-query.ts';
import type { Resource } from './resources.ts';

/** The table of a list, quoted. */
export function tableOf(resource: Resource): string {
  return `"${resource.path}"`;
}

/** An `INSERT` with a place for each column of each row. */
export function insertInto(table: string, columns: readonly string[], rows = 1): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const places = `(${columns.map(() => '?').join(', ')})`;
  return `INSERT INTO ${table} (${names}) VALUES ${Array(rows).fill(places).join(', ')}`;
}

/**
 * The `WHERE` of a query; everything from outside is in `values`, the text has only declared column names. Indexes
 * that begin with a column of `unindexed` are left alone.
 */
export function whereOf(
  { conditions, search }: ListQuery,
  unindexed: readonly string[] = [],
): { where: string; values: (string | number)[] } {
  const all = conditions.map((condition) => {
    const { column, sql, values } = unindexed.includes(condition.column)
      ? withoutIndex(condition)
      : condition;
    return { sql: sql(`"${column}"`), values };
  });
  if (search) {
    all.push({
      sql: `(${search.columns.map((column) => `contains("${column}", ?)`).join(' OR ')})`,
      values: search.columns.map(() => search.text.toLowerCase()),
    });
  }
  return {
    where: all.length === 0 ? '' : ` WHERE ${all.map(({ sql }) => sql).join(' AND ')}`,
    values: all.flatMap(({ values }) => values),
  };
}

/** The same, for which SQLite takes no index: it takes none for an expression, and a plus makes one of a column. */
export function withoutIndex(condition: Condition): Condition {
  return { ...condition, sql: (name) => condition.sql(`+${name}`) };
}

/**
 * The `ORDER BY` of an order. The unique rank comes last, in the direction of the field before it, so that an index
 * gives the order. `reversed` is the same order from its end.
 */
export function orderBy(order: ListQuery['order'], reversed: boolean): string {
  const { descending = true } = order.at(-1) ?? {};
  return [...order, { column: 'rank', descending }]
    .map((field) => `"${field.column}" ${field.descending === reversed ? 'ASC' : 'DESC'}`)
    .join(', ');
}
