/** What libraries say of requests and documents, and instead of it what was expected, and where. */
const SENTENCES: readonly (readonly [message: RegExp, sentence: string])[] = [
  [/^Must provide query string/, 'Expected an operation in `query`.'],
  [/^Batching is not supported/, 'Expected one operation, not a list of them.'],
  [/^POST body sent invalid JSON/, 'Expected JSON as body.'],
  [/^(?:POST body is expected|Expected params|Invalid "params")/, 'Expected an object with `query` as body.'],
  [
    /^Unexpected parameter "(.*)" in the request body\.$/s,
    'Expected `query`, `variables`, `operationName` and `extensions` alone, without `$1`.',
  ],
  [/^Expected "query" param/, 'Expected a text in `query`.'],
  [/^Expected "(variables|extensions)" param/, 'Expected an object in `$1`.'],
  [
    /^(?:Could not determine what operation|Must provide (?:an operation|operation name)|Unknown operation named)/,
    'Expected `query` to have an operation, and `operationName` to name one where there are several.',
  ],
  [/^Can only perform a mutation/, 'Expected a mutation by POST: by GET only queries are taken.'],
  [/^GraphQL only supports/, 'Expected an operation by GET or POST.'],
  [
    /^Maximum introspection depth/,
    'Expected at most 2 of `fields`, `inputFields`, `interfaces` and `possibleTypes` within each other in a question about the schema.',
  ],
  [/^Validation aborted/, 'Expected fewer repeats of fields: too many have to be compared with each other.'],
];

/** A message that a library has for its developers, for whoever sent the request; any other as it is. */
export function inOwnWords(message: string): string {
  for (const [pattern, sentence] of SENTENCES) {
    const found = pattern.exec(message);
    if (found) return sentence.replace('$1', () => found[1] ?? '');
  }
  return message;
}
