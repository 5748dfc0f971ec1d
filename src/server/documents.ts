import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, type ValidationRule, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { ErrorList, MOST_COUNTED, MOST_ERRORS } from '../execution/error-list.ts';
import { BadInput } from '../graph/caller-error.ts';
import { explainLiterals, inOwnWords } from '../graph/input-mistakes.ts';
import { noIntrospection } from './client-introspection.ts';
import { beyondLimits } from './document-limits.ts';
import { incrementalRules } from './incremental.ts';

/** The place of each error is found by counting lines, so that a text of nothing else would take seconds. */
const MOST_LINES = 10_000;

/** The most characters of all texts together. With the weight of tokens that is some hundred MB of heap, plans included. */
const MAX_CHARACTERS = 2_000_000;
/** The most characters of one text; a longer one is parsed each time it comes. */
const MAX_QUERY_CHARACTERS = 100_000;
/** What a token counts for, in characters: parsed it takes 250 to 480 bytes, be it of one letter. */
const CHARACTERS_PER_TOKEN = 8;
/** A text of a few characters is not all that a document takes. */
const MAX_DOCUMENTS = 1_000;

/**
 * Refuses documents that are too large or nested too deeply for the recursive parser and validator, and gives the
 * mistakes in others the common code, and sentences that say what would do. Unless `isExplorable`, questions about the
 * schema are refused, and no sentence names what is close to an unknown name: that tells the schema to whoever guesses.
 */
export function useDocumentMistakes(maxTokens: number, isExplorable: boolean): Plugin {
  const documents = documentCache();
  const known = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    onParse({ setParseFn }) {
      setParseFn((text: string) => {
        const before = documents.get(text);
        if (before) return before;
        const document = refusingTooDeep(() => parsed(text, maxTokens));
        documents.set(text, document);
        return document;
      });
    },
    onValidate({ setValidationFn }) {
      setValidationFn((schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[]) => {
        const mistakes =
          known.get(document) ?? refusingTooDeep(() => mistakesIn(schema, document, rules, isExplorable));
        known.set(document, mistakes);
        return mistakes;
      });
    },
  };
}

function parsed(text: string, maxTokens: number): DocumentNode {
  const lines = text.length > MOST_LINES ? (text.match(/\r\n|[\n\r]/g)?.length ?? 0) + 1 : 1;
  if (lines > MOST_LINES) throw new GraphQLError(`Expected at most ${MOST_LINES} lines: this document has ${lines}.`);
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !/tokens\. Parsing aborted\.$/.test(error.message)) throw error;
    throw new GraphQLError(`Expected at most ${maxTokens} tokens: this document has more.`);
  }
}

function mistakesIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  given: readonly ValidationRule[],
  isExplorable: boolean,
): readonly GraphQLError[] {
  const beyond = beyondLimits(document);
  if (beyond.length > 0) return beyond;
  const hideSuggestions = !isExplorable;
  const rules = incrementalRules(isExplorable ? given : [...given, noIntrospection]);
  const placed = validate(schema, document, rules, { hideSuggestions, maxErrors: MOST_ERRORS });
  const errors = placed.slice(0, MOST_ERRORS);
  for (const error of errors) error.message = inOwnWords(error.message);
  explainLiterals(errors, document);
  const rest = placed.length > MOST_ERRORS ? countedOf(schema, document, rules).slice(MOST_ERRORS) : [];
  const list = new ErrorList();
  for (const error of errors) list.add(error);
  for (const error of rest) list.leaveOut(error);
  const listed = list.all(errors.length + rest.length === MOST_COUNTED);
  for (const error of listed) {
    error.extensions['code'] = 'BAD_USER_INPUT';
    delete error.extensions['leftOut'];
    // One rule suggests what it is asked not to.
    if (hideSuggestions) error.message = error.message.replace(/ Did you mean .*$/s, '');
  }
  return listed;
}

/** The errors of a document where they are many. Without their places they cost less to make. */
function countedOf(schema: GraphQLSchema, { loc }: DocumentNode, rules: readonly ValidationRule[]) {
  const document = parse(loc?.source ?? '', { noLocation: true });
  // Beyond that there is one that says so.
  return validate(schema, document, rules, { hideSuggestions: true, maxErrors: MOST_COUNTED }).slice(0, MOST_COUNTED);
}

function refusingTooDeep<Outcome>(read: () => Outcome): Outcome {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput('Expected an operation that is nested less deeply.');
    throw error;
  }
}

/**
 * Parsed documents by their texts, those that were asked for last. Texts that cannot be parsed are parsed again: an error
 * holds all that the parser had read, and finding it takes no longer than for another text.
 */
export function documentCache(): LRUCache<string, DocumentNode> {
  return new LRUCache({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_QUERY_CHARACTERS,
    // A size of nothing is an error, and an empty text is one that a caller may send.
    sizeCalculation: ({ tokenCount = 0 }, text) => Math.max(text.length, tokenCount * CHARACTERS_PER_TOKEN, 1),
  });
}
