import { memoize1 } from '@graphql-tools/utils';
import type { ArgBuilder, ObjectRef } from '@pothos/core';
import { intOrNull } from '../sources/exact-values.ts';
import { builder, type Types } from './builder.ts';
import type { CursorCodec } from './paging/cursor.ts';
import { type WindowArguments, windowFor } from './paging/window.ts';

/** A window of a list, as its connection type reads it. */
export interface Connection<Row> {
  rows: readonly Row[];
  total: number | undefined;
  hasNext: boolean;
  hasPrevious: boolean;
  /** The cursor of the row with this index in `rows`. */
  cursorOf: (index: number) => string;
  /** Where to go on if that is not before the first row, or behind the last one: more has been looked at than is shown. */
  startCursor?: string | undefined;
  endCursor?: string | undefined;
  /** Whether more of them may follow than were looked at, as the API gives those of others as well. */
  isPartial?: boolean;
}

interface Edge<Row> {
  connection: Connection<Row>;
  index: number;
  cursor?: string;
}

/** The same for every alias: there may be a hundred. */
const edgesOf = memoize1((connection: Connection<unknown>) =>
  connection.rows.map((_row, index): Edge<unknown> => ({ connection, index })),
);

function cursorOf(edge: Edge<unknown>): string {
  edge.cursor ??= edge.connection.cursorOf(edge.index);
  return edge.cursor;
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
      description:
        'The cursor of the first row; null when the window is empty, except where a list is searched row by row.',
      resolve: ({ rows, startCursor, cursorOf }) => startCursor ?? (rows.length > 0 ? cursorOf(0) : null),
    }),
    endCursor: t.string({
      description:
        'The cursor of the last row; null when the window is empty, except where a list is searched row by row, or follows changes: there it is where the reading stopped.',
      resolve: ({ rows, endCursor, cursorOf }) => endCursor ?? (rows.length > 0 ? cursorOf(rows.length - 1) : null),
    }),
  }),
});

/** A connection type: resolvers give it rows, or errors in the places of those that cannot be read. */
export type ConnectionRef<Row> = ObjectRef<Types, Connection<Row | Error>, Connection<Row>>;

/** Declares `<Node>Connection` and `<Node>Edge`. `plural` names the rows; a list that is forward only has no count. */
export function connectionOf<Row extends object>(
  node: ObjectRef<Types, Row, unknown>,
  plural: string,
  { isForwardOnly = false } = {},
): ConnectionRef<Row> {
  const edge = builder.objectRef<Edge<Row>>(`${node.name}Edge`).implement({
    description: `One of the ${plural} and its place in the list.`,
    tagsLike: node.name,
    fields: (t) => ({
      cursor: t.string({
        nullable: false,
        description: 'Opaque. Valid as `after` or `before` of the same field with the same filter, search and order.',
        resolve: (edge) => cursorOf(edge),
      }),
      node: t.field({
        type: node,
        description: 'The object itself; null when the API sent something unreadable in its place.',
        // Pothos resolves the type of a generic row only where it is known.
        resolve: ({ connection, index }) => connection.rows[index] as never,
      }),
    }),
  });
  const connection = builder.objectRef<Connection<Row>>(`${node.name}Connection`).implement({
    description: `A window of the ${plural}.`,
    tagsLike: node.name,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'The rows of the window with their cursors.',
        resolve: (parent) => edgesOf(parent) as Edge<Row>[],
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
  // An executor takes an error in the place of a row.
  return connection as unknown as ConnectionRef<Row>;
}

/** A window without rows, of a list in which nothing can match: it costs no call. */
export function emptyConnection(): Connection<never> {
  return { rows: [], total: 0, hasNext: false, hasPrevious: false, cursorOf: () => '' };
}

/** Rows that cannot be told apart become errors in their places, all of them one failure: an odd row never fails its list. */
export function readableRows<Row>(
  rows: readonly unknown[],
  isReadable: (row: unknown) => row is Row,
  malformed: () => Error,
): (Row | Error)[] {
  if (rows.every(isReadable)) return rows as Row[];
  const error = malformed();
  return rows.map((row) => (isReadable(row) ? row : error));
}

/** What a list that comes whole is cut by: the largest `first`, and what its cursors are bound to. */
export interface WholeList {
  listKey: string;
  cursors: CursorCodec;
  maximum: number;
}

/** A window of a list that the API gives whole. Mistakes in the window are found before anything is called. */
export async function readWhole<Row>(read: () => Promise<readonly Row[]>, args: WindowArguments, list: WholeList) {
  const cut = cutFor(args, list);
  return cut(await read());
}

/** Cuts a window out of a list that came whole. Throws `BadInput` for arguments that make no window. */
export function cutFor(args: WindowArguments, { listKey, cursors, maximum }: WholeList) {
  const own = cursors.of(listKey);
  const window = windowFor(args, { maximum, cursors: own });
  return <Row>(rows: readonly Row[]): Connection<Row> => {
    const total = rows.length;
    const offset = window.kind === 'range' ? window.offset : Math.max(window.floor, total - window.size);
    const cut = rows.slice(offset, window.kind === 'range' ? offset + window.size : undefined);
    return {
      rows: cut,
      total,
      hasNext: offset + cut.length < total,
      hasPrevious: Math.min(offset, total) > 0,
      cursorOf: (index) => own.encode([offset + index]),
    };
  };
}

/** The Relay arguments of a connection; `lastCost` is added to the description of `last`. */
export function windowArgs(arg: ArgBuilder<Types>, lastCost = '') {
  return {
    ...countedArgs(arg),
    last: arg.int({
      description: `The number of rows, from the end of the list or before \`before\`.${lastCost && ` ${lastCost}`}`,
    }),
    before: arg.string({ description: 'A cursor: only rows before it.' }),
  };
}

/** The arguments of a connection that is counted, and can only be followed forward. */
export function countedArgs(arg: ArgBuilder<Types>) {
  return {
    ...forwardArgs(arg),
    offset: arg.int({
      description:
        'The number of rows to skip, for screens with page numbers; not with `after`, `last` or `before`. Rows that are added or removed in the meantime shift all others. Cursors are steadier, and those of this window can be used to go on.',
    }),
  };
}

/** The Relay arguments of a connection that can only be followed forward. */
export function forwardArgs(arg: ArgBuilder<Types>) {
  return {
    first: arg.int({
      description:
        'The number of rows, from the start of the list or after `after`; 20 by default, at most the largest page size that is configured, or 1,000 where the API does not page. A window may be shorter although more rows follow: check `hasNextPage`.',
    }),
    after: arg.string({ description: 'A cursor: only rows after it.' }),
  };
}
