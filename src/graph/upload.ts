import type { Readable } from 'node:stream';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { BadInput } from './caller-error.ts';

/** A file as it arrives. */
export interface ArrivingFile {
  /** As its sender named it, without folders. */
  filename: string;
  /** Its media type, as its sender named it. */
  contentType: string;
  content: Readable;
}

/** A file that comes with an operation, perhaps still on its way: it is read as fast as its reader asks for more. */
export class UploadedFile {
  /** Brings it, or why it does not come. */
  readonly arrival = Promise.withResolvers<ArrivingFile>();
  /** Whether somebody reads it, or it went by unread. */
  state: 'unread' | 'opened' | 'gone' = 'unread';
  readonly #onOpen: () => void;

  /** `onOpen` hears that somebody will read it. */
  constructor(onOpen: () => void = () => {}) {
    this.#onOpen = onOpen;
    // Nobody may ever open it.
    this.arrival.promise.catch(() => {});
  }

  /** What it is, once. Throws `BadInput`, as its content does, when it does not come to its end, and when it was opened already. */
  async open(): Promise<Omit<ArrivingFile, 'content'> & { content: AsyncIterable<Uint8Array> }> {
    if (this.state === 'gone') throw new BadInput('Expected files in the order in which the operation uses them.');
    if (this.state === 'opened') throw new BadInput('Expected a file to be used once in an operation.');
    this.state = 'opened';
    this.#onOpen();
    const { content, ...file } = await this.arrival.promise;
    return { ...file, content: untilCut(content) };
  }
}

/** Opens files, and gives each as it arrives: the next one only when it has been read. What they are for has their names. */
export async function* asTheyArrive(files: Readonly<Record<string, UploadedFile>>) {
  const opened = async ([name, file]: [string, UploadedFile]) => ({ name, ...(await file.open()) });
  const waiting = new Map(Object.entries(files).map((entry) => [entry[0], opened(entry)]));
  while (waiting.size > 0) {
    const next = await Promise.race(waiting.values());
    waiting.delete(next.name);
    yield next;
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
    'A file that is sent along as `multipart/form-data`, after the GraphQL multipart request specification: at most two in a request, and of any size. The request must have one of the headers `x-graphql-upload`, `apollo-require-preflight` and `graphql-require-preflight`.',
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
