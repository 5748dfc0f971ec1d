import type { ApiRequest, Reply } from '../server.ts';
import { NOT_FOUND, Refusal } from './errors.ts';
import type { HoodRecord } from './generated-row.ts';
import type { List } from './list.ts';
import type { PageSizes } from './list-query.ts';
import type { ResourceName } from './resources.ts';

/** What the handlers work on. */
export interface Hood {
  lists: Readonly<Record<ResourceName, List>>;
  settings: PageSizes;
}

/** Answers one request; `id` is the part of the path that the template leaves open. */
export type HoodHandler = (hood: Hood, request: ApiRequest, id: string) => Reply | Promise<Reply>;

/** The row with this id. Throws a `Refusal` (404) when there is none. */
export function existing(list: List, id: string): HoodRecord {
  const record = list.find(id);
  if (!record) throw new Refusal(NOT_FOUND, `no row has the id "${id}"`);
  return record;
}
