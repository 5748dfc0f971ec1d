import { Readable } from 'node:stream';
import { type Person, person } from '../people.ts';
import { BAD_REQUEST, Refusal } from './errors.ts';
import type { HoodHandler } from './list.ts';

/** How many different lines a file has before they come again. */
const DISTINCT_LINES = 1000;

/**
 * `GET /exports/{id}/download`: the file in chunks, without a length; of `size` bytes, rounded up to a whole line. It
 * is made while it is read, so a row may claim any size. Counts the download. Refuses exports that are not ready.
 */
export const download: HoodHandler = ({ lists: { exports } }, _request, id) => {
  const { status, download_count, extension, mime_type, size } = exports.get(id);
  if (status !== 'ready') throw new Refusal(BAD_REQUEST, `the export is ${status}`);
  exports.change(id, { download_count: Number(download_count ?? 0) + 1 });
  const length = Number(size ?? 0);
  const lines = extension === 'json' ? linesOf('', JSON.stringify, length) : linesOf(CSV_HEADER, csvLine, length);
  return { status: 200, headers: { 'content-type': String(mime_type) }, body: Readable.from(lines) };
};

const CSV_HEADER = 'client_id,first_name,last_name,email\n';

function csvLine({ clientId, firstName, lastName, email }: Person): string {
  return `${clientId},${firstName},${lastName},${email}`;
}

function* linesOf(header: string, line: (person: Person) => string, size: number): Generator<Buffer> {
  yield Buffer.from(header);
  const block = Buffer.from(Array.from({ length: DISTINCT_LINES }, (_, n) => `${line(person(n))}\n`).join(''));
  let left = size - Buffer.byteLength(header);
  for (; left > block.length; left -= block.length) yield block;
  if (left > 0) yield block.subarray(0, block.indexOf('\n', left - 1) + 1);
}
