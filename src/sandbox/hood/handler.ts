import type { ApiRequest, Reply } from '../server.ts';
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
