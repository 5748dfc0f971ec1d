import { expect } from 'vitest';
import type { Gateway } from '../support/gateway.ts';

/** The lists of the graph, and the field that tells their rows apart. */
export const ID_FIELDS = {
  customerData: 'hoodId',
  gdprRequests: 'hoodId',
  hoodExports: 'hoodId',
  profileProperties: 'hoodId',
  customerProfiles: 'customerId',
} as const;

export type ListName = keyof typeof ID_FIELDS;

/** One window of a list, and what it cost. */
export interface ReadWindow {
  ids: string[];
  totalCount: number | null;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
  /** Upstream calls, of both APIs. */
  calls: string[];
}

/**
 * Reads one window; no part of it may fail. `args` are those of the field: `first: 5, after: "…"`, or `after: $cursor`
 * with that cursor, for one document for a whole walk.
 */
export async function readWindow(
  gateway: Gateway,
  list: ListName,
  args: string,
  cursor?: string | null,
): Promise<ReadWindow> {
  takeCalls(gateway);
  const variable = cursor === undefined ? '' : 'query ($cursor: String)';
  const query = `${variable} { list: ${list}(${args}) {
    totalCount nodes { id: ${ID_FIELDS[list]} }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }`;
  const { data, errors } = await gateway.query(query, { cursor });
  expect(errors, args).toBeUndefined();
  const { totalCount, nodes, pageInfo } = data.list;
  return {
    ids: nodes.map(({ id }: { id: string }) => id),
    totalCount,
    ...pageInfo,
    calls: takeCalls(gateway),
  };
}

export interface WalkOptions {
  /** Rows of a window. */
  size: number;
  /** Other arguments: `orderBy: …`. */
  args?: string;
  backward?: boolean;
  /** Done between two windows. */
  between?: (window: ReadWindow) => unknown;
}

/** Follows a list by cursors to its end. Throws where that takes more than 300 windows: it would never end. */
export async function walk(gateway: Gateway, list: ListName, options: WalkOptions): Promise<ReadWindow[]> {
  const { size, args = '', backward = false, between } = options;
  const windows: ReadWindow[] = [];
  let cursor: string | null = null;
  for (let hasMore = true; hasMore; ) {
    if (windows.length > 300) throw new Error('The walk does not end.');
    const [amount, place] = backward ? ['last', 'before'] : ['first', 'after'];
    const window: ReadWindow = await readWindow(gateway, list, `${amount}: ${size}, ${place}: $cursor ${args}`, cursor);
    windows.push(window);
    hasMore = backward ? window.hasPreviousPage : window.hasNextPage;
    cursor = (backward ? window.startCursor : window.endCursor) ?? cursor;
    if (hasMore) await between?.(window);
  }
  return windows;
}

/** The rows of a walk, in the order in which they came. */
export function idsOf(windows: readonly ReadWindow[]): string[] {
  return windows.flatMap(({ ids }) => ids);
}

/** What both APIs saw since the last time that this, or their own calls, were read. */
export function takeCalls(gateway: Gateway): string[] {
  return [...gateway.hoodCalls(), ...gateway.sorCalls()];
}
