import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { isUpload } from './csrf-prevention.ts';
import { ReceivedForm } from './received-form.ts';

/** The longest silence of a caller who is sending a file. */
const MAX_SILENCE_MS = 30_000;

/**
 * Takes operations with files, after the GraphQL multipart request specification. The operation begins as soon as it
 * is there itself: its file is read while it runs, and never held.
 */
export function useUploads(): Plugin {
  const forms = new WeakMap<Request, ReceivedForm>();
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (!isUpload(request)) return;
      setRequestParser(async () => {
        const form = new ReceivedForm(bodyOf(request, serverContext), request.headers.get('content-type') ?? '');
        forms.set(request, form);
        return (await form.operation) as GraphQLParams;
      });
    },
    // A caller who is still sending reads no answer: what nobody wants of the file is let through to nowhere.
    onResponse({ request }) {
      forms.get(request)?.release();
    },
  };
}

/** Node's own stream where there is one: Yoga's would gather the body in memory. */
function bodyOf(request: Request, serverContext: object | undefined): Readable {
  const { req } = (serverContext ?? {}) as { req?: IncomingMessage };
  if (!req) return Readable.from((request.body ?? []) as AsyncIterable<Uint8Array>);
  return req.setTimeout(MAX_SILENCE_MS, () => req.destroy());
}
