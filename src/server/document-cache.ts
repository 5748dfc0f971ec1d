import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** The most characters of all texts together. With the weight of tokens that is some hundred MB of heap, plans included. */
const MAX_CHARACTERS = 2_000_000;
/** The same for texts that cannot be parsed: they are few, and an error holds all that the parser had read. */
const MAX_ERROR_CHARACTERS = 500_000;
/** The most characters of one text; a longer one is parsed each time it comes. */
const MAX_QUERY_CHARACTERS = 100_000;
/** What a token counts for, in characters: parsed it takes 250 to 480 bytes, be it of one letter. */
const CHARACTERS_PER_TOKEN = 8;
/** A text of a few characters is not all that a document takes. */
const MAX_DOCUMENTS = 1_000;

/**
 * Where Yoga keeps documents that are parsed, and the errors of those that cannot be, by their text. Its own caches
 * count documents only, so that some hundred long ones, no two alike, would fill the heap.
 */
export function documentCaches() {
  return {
    // `useDocumentMistakes` knows what is wrong with each: it need not put the names of all rules together first.
    validationCache: false,
    documentCache: boundedBy<DocumentNode>(MAX_CHARACTERS, ({ tokenCount = 0 }, text) =>
      Math.max(text.length, tokenCount * CHARACTERS_PER_TOKEN),
    ),
    errorCache: boundedBy<Error>(MAX_ERROR_CHARACTERS, (_error, text) => text.length),
  };
}

function boundedBy<Kept extends object>(
  maxSize: number,
  size: (kept: Kept, text: string) => number,
): LRUCache<string, Kept> {
  return new LRUCache({
    max: MAX_DOCUMENTS,
    maxSize,
    maxEntrySize: MAX_QUERY_CHARACTERS,
    // A size of nothing is an error, and an empty text is one that a caller may send.
    sizeCalculation: (kept, text) => Math.max(size(kept, text), 1),
  });
}
