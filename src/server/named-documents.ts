import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.ts';
import { BadInput } from '../graph/caller-error.ts';

/** The parameters by which clients name a document, beside `extensions.persistedQuery.sha256Hash`. */
export const ID_NAMES = ['documentId', 'doc_id', 'id'];

/** Takes operations by the ids of documents that are known beforehand; `TRUSTED_DOCUMENTS_ONLY` refuses all others. */
export function useTrustedDocuments(config: Config): Plugin {
  return {
    onParams({ request, params, setParams }) {
      const id = idIn(params, request);
      const text = id === undefined ? undefined : config.TRUSTED_DOCUMENTS?.get(id);
      if (text !== undefined) {
        if (params.query && params.query !== text)
          throw new BadInput('Expected no other text than that of the trusted document.');
        // It has served its purpose: as that of an automatic persisted query it would be compared with the text.
        const { persistedQuery: _, ...extensions } = params.extensions ?? {};
        return setParams({ ...params, query: text, extensions });
      }
      if (config.TRUSTED_DOCUMENTS_ONLY === 'true')
        throw new BadInput('Expected the id of a document that this gateway trusts: it takes no other operations.');
      if (!params.query && id !== undefined && !params.extensions?.['persistedQuery'])
        throw new BadInput('Expected the id of a document that this gateway trusts.');
    },
  };
}

/** The id of a document, wherever it stands. */
function idIn(params: GraphQLParams, request: Request): string | undefined {
  const persisted = params.extensions?.['persistedQuery'] as { sha256Hash?: unknown } | null | undefined;
  const named = params as Readonly<Record<string, unknown>>;
  // Yoga reads only the parameters that it knows from an address.
  const address = request.method === 'GET' && !params.query ? new URL(request.url).searchParams : undefined;
  const given = [persisted?.sha256Hash, ...ID_NAMES.map((name) => named[name] ?? address?.get(name))];
  return given.find((id) => typeof id === 'string');
}

/** The most characters of all texts kept: some thousand operations of a large client. */
const MAX_CHARACTERS = 10_000_000;
/** What a text takes besides itself, in characters: its hash, and its place. */
const PLACE = 300;
/** The most characters of one text that is kept. Longer operations are served, but not kept. */
const MAX_QUERY_CHARACTERS = 100_000;

/** Apollo's automatic persisted queries: operations by the SHA-256 of their text, kept while there is room. */
export function usePersistedQueries(): Plugin {
  const texts = new LRUCache<string, string>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: PLACE + MAX_QUERY_CHARACTERS,
    sizeCalculation: (text) => PLACE + text.length,
  });
  return {
    onParams({ params, setParams, setResult }) {
      const persisted: unknown = params.extensions?.['persistedQuery'];
      if (persisted === undefined || persisted === null) return;
      const sha256 = sha256In(persisted);
      const sent: unknown = params.query;
      if (!sent) {
        const query = texts.get(sha256);
        if (query === undefined) setResult({ errors: [notFound()] });
        // Even with a result Yoga wants a text, which it does not read then.
        setParams({ ...params, query: query ?? '' });
      } else if (typeof sent === 'string') {
        if (hash('sha256', sent) !== sha256) {
          throw new BadInput('Expected the SHA-256 of the query that comes with it in sha256Hash.');
        }
        texts.set(sha256, sent);
      }
    },
  };
}

function sha256In(persisted: unknown): string {
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown };
  if (version === 1 && typeof sha256Hash === 'string') return sha256Hash;
  throw new BadInput('Expected version 1 and a sha256Hash in persistedQuery.');
}

/** In the very words that clients look for. Some do so in answers with status 200 only: as `application/json` it has that. */
function notFound(): GraphQLError {
  return new GraphQLError('PersistedQueryNotFound', {
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', http: { spec: true, status: 400 } },
  });
}
