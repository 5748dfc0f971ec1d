import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { isUpload } from './csrf-prevention.ts';
import { ReceivedForm } from './received-form.ts';
import { tooSlow } from './refusal.ts';

export interface UploadLimits {
  /** How long the operation may be, in bytes, and as much again the map of its files. */
  maxFieldBytes: number;
  /** The longest silence of a caller who is sending a file, in milliseconds. */
  maxSilenceMs: number;
}

/**
 * Takes operations with files, after the GraphQL multipart request specification. The operation begins as soon as it
 * is there itself: its file is read while it runs, and never held.
 */
export function useUploads({ maxFieldBytes, maxSilenceMs }: UploadLimits): Plugin {
  const forms = new WeakMap<Request, ReceivedForm>();
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (!isUpload(request)) return;
      setRequestParser(async () => {
        const body = bodyOf(request, serverContext);
        const form = new ReceivedForm(body, request.headers.get('content-type') ?? '', maxFieldBytes);
        forms.set(request, form);
        const tooLate = tooSlow(`Expected more of the file within ${maxSilenceMs / 1_000} s.`);
        onSilence(body, maxSilenceMs, () => (form.isEnded ? body.destroy() : form.end(tooLate)));
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
  return req ?? Readable.from((request.body ?? []) as AsyncIterable<Uint8Array>);
}

/** Calls whenever no bytes have come for so long, unless it is us who let the sender wait. */
function onSilence(body: Readable, ms: number, call: () => void): void {
  const timer = setTimeout(() => {
    if (!body.isPaused()) call();
    timer.refresh();
  }, ms).unref();
  body.on('data', () => timer.refresh()).once('close', () => clearTimeout(timer));
}
