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

function* blanks(bytes: number): Generator<string> {
  for (let sent = 0; sent < bytes; sent += 65_536) yield ' '.repeat(65_536);
  yield '{}';
}
