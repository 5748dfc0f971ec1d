import { GraphQLError, GraphQLScalarType } from 'graphql';

/** A file ended before its end: its sender left, or sent half a request. */
export class UploadCut extends Error {
  override readonly name = 'UploadCut';
}

/** A file that comes with an operation, still on its way: it is read as fast as its reader asks for more. */
export abstract class UploadedFile {
  /** Its bytes, once; they throw `UploadCut`. Rejects when the file does not come, and when it was opened already. */
  abstract open(): Promise<AsyncIterable<Uint8Array>>;
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
