import type { Readable } from 'node:stream';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { BadInput } from './caller-error.ts';

/** A file that comes with an operation, perhaps still on its way: it is read as fast as its reader asks for more. */
export class UploadedFile {
  /** Brings its bytes, or why they do not come. */
  readonly arrival = Promise.withResolvers<Readable>();
  #isOpened = false;

  constructor() {
    // Nobody may ever open it.
    this.arrival.promise.catch(() => {});
  }

  /** Its bytes, once. Throws `BadInput`, as they do, when it does not come to its end, and when it was opened already. */
  async open(): Promise<AsyncIterable<Uint8Array>> {
    if (this.#isOpened) throw new BadInput('Expected a file to be used once in an operation.');
    this.#isOpened = true;
    return untilCut(await this.arrival.promise);
  }
}

async function* untilCut(bytes: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes as AsyncIterable<Uint8Array>;
  } catch {
    // The parser's own words are about forms.
    throw new BadInput('Expected a file that is complete.');
  }
}

export const Upload = new GraphQLScalarType<UploadedFile, never>({
  name: 'Upload',
  description:
    'A file that is sent along as `multipart/form-data`, after the GraphQL multipart request specification: one in a request, and of any size. The request must have one of the headers `x-graphql-upload`, `apollo-require-preflight` and `graphql-require-preflight`.',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
  parseValue: fileOf,
  parseLiteral: fileOf,
  serialize: () => {
    throw new TypeError('Files only come in.');
  },
});

function fileOf(value: unknown): UploadedFile {
  // Only what the gateway itself received is one, whatever else a caller puts there.
  if (value instanceof UploadedFile) return value;
  throw new GraphQLError('Expected a file of a multipart request, in a variable.');
}
