import type { JsonClient } from '../../http/client/json-client.ts';
import type { SoughtRows } from '../../http/reads/lookup-source.ts';
import { type HoodPage, pageIn } from './answers.ts';
import { type HoodSettings, listEndpoint } from './endpoints.ts';
import { memberOf } from './grammar.ts';

/** Where rows are sought by their keys. */
export interface SoughtList {
  readonly collection: string;
  /** The field that holds the key. */
  readonly field: string;
  readonly client: Pick<JsonClient, 'malformed'>;
  readonly settings: HoodSettings;
}

/** One page of what was sought. */
export interface SoughtPage extends HoodPage {
  keys: readonly string[];
  /** How many rows came so far, this page's among them. */
  received: number;
}

/**
 * The rows whose field is one of the keys that are sought, page by page for as long as the reader goes on; as many pages
 * as there are keys at most. Several only where Hood's largest page is smaller than the list of keys.
 */
export async function* soughtPages(
  sought: SoughtRows,
  { collection, field, client, settings }: SoughtList,
): AsyncGenerator<SoughtPage> {
  const route = `/v1/hood/${collection}`;
  let keys: readonly string[] = [];
  let received = 0;
  for (let number = 1; ; number += 1) {
    const path = () => {
      const sealed = sought.seal();
      keys = sealed.keys;
      const query = { conditions: { [field]: memberOf(keys) } };
      const size = Math.min(keys.length, settings.maxPageSize);
      const fields = sealed.projection['fields'] ?? [];
      return listEndpoint(settings, collection, query, fields, { number, size }).path;
    };
    const page = pageIn(client, route, await sought.get({ route, path }));
    received += page.items.length;
    yield { ...page, keys, received };
    if (number >= keys.length) return;
  }
}
