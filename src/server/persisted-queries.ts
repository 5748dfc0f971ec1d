import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { BadInput } from '../graph/caller-error.ts';

/** The most characters of all texts kept: some thousand operations of a large client. */
const MAX_CHARACTERS = 10_000_000;
/** What a text takes besides itself, in characters: its hash, and its place. */
const PLACE = 300;
/** The most characters of one text that is kept. Longer operations are served, but not kept. */
const MAX_QUERY_CHARACTERS = 100_000;

/**
 * Takes operations by the SHA-256 of their text, as Apollo's automatic persisted queries: a client sends the text along
 * once, when it is told `PersistedQueryNotFound`. Texts are kept by this process, as long as there is room for them.
 */
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
