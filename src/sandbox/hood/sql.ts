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
  const all = conditions.map(({ column, sql, values }) => ({
    // SQLite takes no index for an expression, and a plus makes one of a column.
    sql: sql(`${unindexed.includes(column) ? '+' : ''}"${column}"`),
    values,
  }));
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

/**
 * The `ORDER BY` of a query, newest first by default. The unique rank comes last, in the direction of the field
 * before it, so that an index gives the order. `reversed` is the same order from its end.
 */
export function orderOf({ order }: ListQuery, reversed: boolean): string {
  const fields = order.length > 0 ? order : [{ column: 'create_time', descending: true }];
  const { descending = true } = fields.at(-1) ?? {};
  return [...fields, { column: 'rank', descending }]
    .map((field) => `"${field.column}" ${field.descending === reversed ? 'ASC' : 'DESC'}`)
    .join(', ');
}
