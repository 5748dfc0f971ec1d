import type { ObjectRef } from '@pothos/core';
import { intOrNull } from '../sources/exact-values.ts';
import { builder, type Types } from './builder.ts';

/** A window of a list, as its connection type reads it. */
export interface Connection<Row> {
  rows: readonly Row[];
  total: number | undefined;
  hasNext: boolean;
  hasPrevious: boolean;
  /** The cursor of the row with this index in `rows`. */
  cursorOf: (index: number) => string;
}

interface Edge<Row> {
  connection: Connection<Row>;
  index: number;
}

export const PageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  shareable: true,
  description: 'Where a window stands in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNext', {
      nullable: false,
      description: 'Whether rows follow the last one of this window.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPrevious', {
      nullable: false,
      description: 'Whether rows precede the first one of this window.',
    }),
    startCursor: t.string({
      description: 'The cursor of the first row; null when the window is empty.',
      resolve: (connection) => (connection.rows.length > 0 ? connection.cursorOf(0) : null),
    }),
    endCursor: t.string({
      description: 'The cursor of the last row; null when the window is empty.',
      resolve: (connection) => (connection.rows.length > 0 ? connection.cursorOf(connection.rows.length - 1) : null),
    }),
  }),
});

/**
 * Declares `<name>Connection` and `<name>Edge` over a type. `plural` names the rows in descriptions; a list that can
 * only be followed forward is not counted.
 */
export function connectionOf<Row extends object>(
  name: string,
  node: ObjectRef<Types, Row>,
  plural: string,
  { isForwardOnly = false } = {},
): ObjectRef<Types, Connection<Row>> {
  const edge = builder.objectRef<Edge<Row>>(`${name}Edge`).implement({
    description: `One of the ${plural} and its place in the list.`,
    tagsLike: node.name,
    fields: (t) => ({
      cursor: t.string({
        nullable: false,
        description: 'Opaque. Valid as `after` or `before` of the same field with the same filter, search and order.',
        resolve: ({ connection, index }) => connection.cursorOf(index),
      }),
      node: t.field({
        type: node,
        description: 'The object itself; null when the API sent something unreadable in its place.',
        // Pothos resolves the type of a generic row only where it is known.
        resolve: ({ connection, index }) => connection.rows[index] as never,
      }),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    description: `A window of the ${plural}.`,
    tagsLike: node.name,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'The rows of the window with their cursors.',
        resolve: (parent) => parent.rows.map((_row, index) => ({ connection: parent, index })),
      }),
      nodes: t.field({
        type: [node],
        nullable: { list: false, items: true },
        description: 'The rows of the window; null where the API sent something unreadable.',
        resolve: ({ rows }) => rows,
      }),
      pageInfo: t.field({
        type: PageInfo,
        nullable: false,
        description: 'Where the window stands in the list.',
        resolve: (parent) => parent,
      }),
      ...(!isForwardOnly && {
        totalCount: t.int({
          description:
            'How many rows match the filter; null when the API does not say, or says more than an Int can hold. Selected alone, where the API pages the list, it costs one call that transfers a single row.',
          resolve: ({ total }) => intOrNull(total) ?? null,
        }),
      }),
    }),
  });
}

/** A window without rows, of a list in which nothing can match: it costs no call. */
export function emptyConnection(): Connection<never> {
  return { rows: [], total: 0, hasNext: false, hasPrevious: false, cursorOf: () => '' };
}
