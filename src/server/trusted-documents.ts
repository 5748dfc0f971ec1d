import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/caller-error.ts';

/** The parameters by which clients name a document, beside `extensions.persistedQuery.sha256Hash`. */
const NAMES = ['documentId', 'doc_id', 'id'] as const;

/**
 * Takes operations by the ids of documents that are known beforehand. Their limits are those of all operations.
 * `only` refuses all others; without it an operation may still come as its text, and a hash that no document has is left to automatic
 * persisted queries.
 */
export function useTrustedDocuments(documents: () => ReadonlyMap<string, string>, only: boolean): Plugin {
  return {
    onParams({ request, params, setParams }) {
      const { rest, id } = taken(params, request);
      const text = id === undefined ? undefined : documents().get(id);
      if (text !== undefined) {
        if (rest.query && rest.query !== text)
          throw new BadInput('Expected no other text than that of the trusted document.');
        // It has served its purpose: as that of an automatic persisted query it would be compared with the text.
        const { persistedQuery: _, ...extensions } = rest.extensions ?? {};
        return setParams({ ...rest, query: text, extensions });
      }
      if (only)
        throw new BadInput('Expected the id of a document that this gateway trusts: it takes no other operations.');
      if (!rest.query && id !== undefined && !rest.extensions?.['persistedQuery']) {
        throw new BadInput('Expected the id of a document that this gateway trusts.');
      }
      return setParams(rest);
    },
  };
}

/** The id of a document, wherever it stands, and the parameters without it. */
function taken(params: GraphQLParams, request: Request): { rest: GraphQLParams; id: string | undefined } {
  const rest: GraphQLParams & Partial<Record<(typeof NAMES)[number], unknown>> = { ...params };
  const hash: unknown = (params.extensions?.['persistedQuery'] as { sha256Hash?: unknown } | null | undefined)
    ?.sha256Hash;
  // Yoga reads only the parameters that it knows from an address.
  const address = request.method === 'GET' && !params.query ? new URL(request.url).searchParams : undefined;
  const given: unknown[] = [hash];
  for (const name of NAMES) {
    given.push(rest[name] ?? address?.get(name));
    delete rest[name];
  }
  return { rest, id: given.find((id) => typeof id === 'string') };
}
