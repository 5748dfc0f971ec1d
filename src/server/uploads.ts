import { Readable } from 'node:stream';
import type { GraphQLParams } from 'graphql-yoga';
import type { ServerPlugin } from './front-door.ts';
import { isUpload } from './page-origins.ts';
import { lookEveryMs, Patience } from './patience.ts';
import { ReceivedForm } from './received-form.ts';
import { tooSlow } from './refusal.ts';

/**
 * Takes operations with files, after the GraphQL multipart request specification. The operation begins as soon as it
 * is there itself: its file is read while it runs, and never held. It may have `maxFieldBytes`, and as many again the map
 * of its files; a caller who is sending may stand still for `clientTimeoutMs`.
 */
export function useUploads(maxFieldBytes: number, clientTimeoutMs: number): ServerPlugin {
  const forms = new WeakMap<Request, ReceivedForm>();
  return {
    onRequestParse({ request, serverContext: { req }, setRequestParser }) {
      if (!isUpload(request)) return;
      setRequestParser(async () => {
        // Yoga's stream would gather the body in memory.
        const body = req ?? Readable.from((request.body ?? []) as AsyncIterable<Uint8Array>);
        const form = new ReceivedForm(body, request.headers.get('content-type') ?? '', maxFieldBytes);
        forms.set(request, form);
        const tooLate = tooSlow(`Expected more of the file within ${clientTimeoutMs / 1_000} s.`);
        onStall(body, clientTimeoutMs, () => (form.isEnded ? body.destroy() : form.end(tooLate)));
        return (await form.operation) as GraphQLParams;
      });
    },
    // A caller who is still sending reads no answer: what nobody wants of the file is let through to nowhere.
    onResponse({ request }) {
      forms.get(request)?.release();
    },
  };
}

/** Calls whenever the sender stands still for so long, unless it is us who let them wait. */
function onStall(body: Readable, ms: number, call: () => void): void {
  let received = 0;
  let patience = new Patience(ms);
  const timer = setInterval(() => {
    const isOver = patience.isOver(received);
    if (isOver && !body.isPaused()) call();
    if (isOver || body.isPaused()) patience = new Patience(ms, received);
  }, lookEveryMs(ms)).unref();
  body
    .on('data', (bytes: Buffer) => {
      received += bytes.length;
    })
    .once('close', () => clearInterval(timer));
}
