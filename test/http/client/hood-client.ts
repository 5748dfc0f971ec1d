import { Readable } from 'node:stream';
import type { JsonClientOptions } from '../../../src/http/client/client-options.ts';
import { JsonClient } from '../../../src/http/client/json-client.ts';
import type { UpstreamError } from '../../../src/http/client/upstream-error.ts';
import { HOOD } from '../../../src/sources/hood/api.ts';

/** A client for a stand-in, which retries without a pause and is quick to give up. */
export function hoodClient(server: { origin: string }, options: Partial<JsonClientOptions> = {}): JsonClient {
  return new JsonClient({
    api: HOOD,
    origin: server.origin,
    random: () => 0,
    timeoutMs: 5_000,
    ...options,
  });
}

/** What a call fails with; an answer is a failure of the test. */
export async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: UpstreamError) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`Expected a failure, got ${JSON.stringify(outcome.value)}`);
}

/** A body that never ends. */
export function endless(): Readable {
  return new Readable({
    read() {
      this.push('x'.repeat(10_000));
    },
  });
}
