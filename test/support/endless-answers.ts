import { pipeline, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../src/sandbox/faults.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** One byte of a never-ending body every `everyMs` milliseconds. */
export const drip = (everyMs: number): Fault => ({
  kind: 'answer',
  async answer(response) {
    response.writeHead(200, JSON_TYPE);
    while (!response.destroyed) {
      response.write(' ');
      await sleep(everyMs);
    }
  },
});

/** A body of `bytes` bytes, however long that is. */
export const overlong = (bytes: number): Fault => ({
  kind: 'answer',
  answer(response) {
    response.writeHead(200, JSON_TYPE);
    // The caller may leave before the end.
    pipeline(Readable.from(blanks(bytes)), response, () => {});
  },
});

/** Sent again and again: to write as many anew would take longer than all that a reader does. */
const BLANKS = Buffer.alloc(262_144, ' ');

function* blanks(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += BLANKS.length) yield BLANKS;
  yield Buffer.from('{}');
}
