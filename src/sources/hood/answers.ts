import type { JsonClient } from '../../http/client/json-client.ts';
import { countIn } from '../exact-values.ts';

/** A row in Hood's own spelling. Only `id` is certain: every other field may be missing, null or odd. */
export interface HoodRow {
  id: string;
}

/** One page as it came. */
export interface HoodPage {
  /** There may be fewer than asked for, and each may be anything: only that it is a list has been checked. */
  items: unknown[];
  /** How many rows the whole list has; undefined when the answer does not say. */
  total: number | undefined;
}

/** Makes the errors of answers that cannot be read. */
type Malformed = Pick<JsonClient, 'malformed'>;

/** `{ total, items }`; some collections write the total as text (vendor's pages on segments and organizations). */
export function pageIn(client: Malformed, route: string, answer: unknown): HoodPage {
  const { items, total } = (answer ?? {}) as { items?: unknown; total?: unknown };
  if (!Array.isArray(items)) throw client.malformed(route);
  return { items, total: countIn(total) };
}

/** One row comes in the envelope of lists when it is read, and bare when it was created (vendor's pages); either will do. */
export function rowsIn(client: Malformed, route: string, answer: unknown): unknown[] {
  return isRow(answer) ? [answer] : pageIn(client, route, answer).items;
}

/** The row that was created, if the answer to its creation has it. */
export function createdIn(answer: unknown): HoodRow | undefined {
  if (isRow(answer)) return answer;
  const { items }: { items?: unknown } = Object(answer);
  return Array.isArray(items) ? items.find(isRow) : undefined;
}

/** Whether a row can be told from others: an object with an id. */
export function isRow(value: unknown): value is HoodRow {
  const id = (value as HoodRow | null)?.id as unknown;
  return (typeof id === 'string' && id !== '') || typeof id === 'number';
}
