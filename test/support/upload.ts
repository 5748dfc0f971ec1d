import { Readable } from 'node:stream';
import { request } from 'undici';
import type { Answer } from './gateway.ts';

/** What a request with a file came to. */
export interface UploadAnswer extends Answer {
  status: number;
}

export interface UploadOptions {
  headers?: Record<string, string>;
  /** Instead of one that leads to `variables.input.file`. */
  map?: string;
}

const BOUNDARY = 'boundary-of-tests';

/** Sends an operation with a file to a gateway that listens; the file is made as fast as it is read. */
export async function upload(
  origin: string,
  operation: { query: string; variables: Record<string, unknown> },
  file: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  { headers = { 'x-graphql-upload': '1' }, map = '{"0":["variables.input.file"]}' }: UploadOptions = {},
): Promise<UploadAnswer> {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  async function* body() {
    yield field('operations', JSON.stringify(operation)) + field('map', map);
    yield `--${BOUNDARY}\r\ncontent-disposition: form-data; name="0"; filename="a.csv"\r\ncontent-type: text/csv\r\n\r\n`;
    yield* file;
    yield `\r\n--${BOUNDARY}--\r\n`;
  }
  const { statusCode, body: answer } = await request(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      ...headers,
    },
    body: Readable.from(body()),
  });
  return { status: statusCode, ...((await answer.json()) as Answer) };
}
