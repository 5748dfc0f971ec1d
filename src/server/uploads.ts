import { Readable } from 'node:stream';
import busboy from 'busboy';
import type { GraphQLParams } from 'graphql-yoga';
import { BadInput } from '../graph/caller-error.ts';
import { UploadedFile } from '../graph/upload.ts';
import type { ServerPlugin } from './front-door.ts';
import { isUpload } from './page-origins.ts';
import { lookEveryMs, Patience } from './patience.ts';
import { exactJson } from './received-operation.ts';
import { refusal, tooSlow } from './refusal.ts';

/** The most files in a form. */
const MOST_FILES = 2;

const TOO_MANY = 'Expected at most two files in a request.';
const ORDER = 'Expected "operations", then "map", then the files.';

/**
 * Takes operations with files (GraphQL multipart request specification). The operation begins before its file is there,
 * which is never held. A caller who is sending may stand still for `clientTimeoutMs`.
 */
export function useUploads(maxFieldBytes: number, clientTimeoutMs: number): ServerPlugin {
  const forms = new WeakMap<Request, ReturnType<typeof receivedForm>>();
  return {
    onRequestParse({ request, serverContext: { req }, setRequestParser }) {
      if (!isUpload(request)) return;
      setRequestParser(async () => {
        // Yoga's stream would gather the body in memory.
        const body = req ?? Readable.from((request.body ?? []) as AsyncIterable<Uint8Array>);
        const form = receivedForm(body, request.headers.get('content-type') ?? '', maxFieldBytes);
        forms.set(request, form);
        const tooLate = tooSlow(`Expected more of the file within ${clientTimeoutMs / 1_000} s.`);
        onStall(body, clientTimeoutMs, () => (form.isEnded() ? body.destroy() : form.end(tooLate)));
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

/** Reads `operations`, then `map`, then the files. Throws `BadInput` for a media type that names no boundary. */
function receivedForm(body: Readable, contentType: string, maxFieldBytes: number) {
  const parser = parserFor(contentType, maxFieldBytes);
  const operation = Promise.withResolvers<unknown>();
  operation.promise.catch(() => {});
  /** Those that have yet to come. */
  const files = new Map<string, UploadedFile>();
  let operations: object | undefined;
  let isMapped = false;
  /** The file that came last. */
  let arrived: { file: UploadedFile; content: Readable } | undefined;

  function takeField(name: string, value: string, { valueTruncated }: busboy.FieldInfo): void {
    if (valueTruncated) {
      throw refusal(413, 'BAD_USER_INPUT', `Expected at most ${maxFieldBytes} bytes beside the files.`);
    }
    if (name === 'operations' && !operations) operations = jsonObject('operations', value);
    else if (name === 'map' && operations && !isMapped) mapFiles(jsonObject('map', value));
    else throw new BadInput(ORDER);
  }

  function mapFiles(map: object): void {
    const { variables } = operations as { variables?: unknown };
    for (const [name, paths] of Object.entries(map)) {
      const file = new UploadedFile(() => queueMicrotask(skipUnread));
      const isList = Array.isArray(paths) && paths.every((path) => typeof path === 'string');
      if (!isList) throw new BadInput('Expected lists of paths in "map".');
      for (const path of paths) put(file, path, variables);
      files.set(name, file);
    }
    if (files.size > MOST_FILES) throw new BadInput(TOO_MANY);
    isMapped = true;
    operation.resolve(operations);
  }

  function takeFile(name: string, content: Readable, { filename, mimeType }: busboy.FileInfo): void {
    const file = files.get(name);
    if (!isMapped) throw new BadInput(ORDER);
    // Errors go to whoever reads the file, and are ignored if nobody does.
    content.on('error', () => {});
    if (!file) {
      content.resume();
      return;
    }
    // What a sender writes there may be no media type.
    const contentType = /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : 'application/octet-stream';
    file.arrival.resolve({ filename: filename ?? name, contentType, content });
    files.delete(name);
    arrived = { file, content };
    skipUnread();
  }

  /** Lets the file that has arrived go by if nobody reads it and another one is waited for: that one comes after it. */
  function skipUnread(): void {
    const isAwaited = files.values().some(({ state }) => state === 'opened');
    if (arrived?.file.state !== 'unread' || !isAwaited) return;
    arrived.file.state = 'gone';
    arrived.content.resume();
  }

  function attempt(take: () => void): void {
    try {
      take();
    } catch (error) {
      // Only mistakes of the caller are thrown there.
      fail(error as Error);
    }
  }

  /** No effect on what has arrived already. */
  function fail(error: Error): void {
    operation.reject(error);
    for (const file of files.values()) file.arrival.reject(error);
  }

  parser
    .on('field', (name, value, info) => attempt(() => takeField(name, value, info)))
    .on('file', (name, bytes, info) => attempt(() => takeFile(name, bytes, info)))
    .on('filesLimit', () => fail(new BadInput(TOO_MANY)))
    .on('error', () => fail(new BadInput('Expected a multipart request that is complete.')))
    .on('close', () => fail(new BadInput('Expected "operations", "map" and every file that it names.')));
  body
    .once('error', (error) => parser.destroy(error))
    .once('close', () => {
      if (!body.readableEnded) parser.destroy(new Error('The caller has left.'));
    });
  body.pipe(parser);
  return {
    /** The operation with its variables, files in their places; there before its files are. */
    operation: operation.promise,
    /** Gives up on what has not arrived, a file of which only a part has come included. */
    end(error: Error): void {
      fail(error);
      parser.destroy();
    },
    isEnded: () => parser.destroyed,
    /** Lets the rest of the body through to nowhere. */
    release(): void {
      body.unpipe(parser);
      body.resume();
    },
  };
}

function parserFor(contentType: string, fieldSize: number): busboy.Busboy {
  try {
    return busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize, fields: 2, files: MOST_FILES, headerPairs: 20 },
    });
  } catch {
    throw new BadInput('Expected multipart/form-data with a boundary.');
  }
}

function jsonObject(name: string, text: string): object {
  const message = `Expected an object of JSON in "${name}".`;
  const value = exactJson(text, message);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new BadInput(message);
}

/** Puts a file where a path such as `variables.input.file` has the null that the specification wants there. */
function put(file: UploadedFile, path: string, variables: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const place = names.reduce<unknown>(memberOf, { variables });
  if (names.length === 0 || memberOf(place, last) !== null) {
    throw new BadInput('Expected paths in "map" that lead to a null among the variables.');
  }
  (place as Record<string, unknown>)[last] = file;
}

function memberOf(place: unknown, name: string): unknown {
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined;
  return (place as Record<string, unknown>)[name];
}
