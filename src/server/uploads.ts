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

/** The form of an operation with files: `operations`, then `map`, then the files (specification of such requests). */
class ReceivedForm {
  readonly #body: Readable;
  readonly #parser: busboy.Busboy;
  readonly #operation = Promise.withResolvers<unknown>();
  readonly #files = new Map<string, UploadedFile>();
  #operations: object | undefined;
  #isMapped = false;
  /** The file that came last. */
  #arrived: { file: UploadedFile; content: Readable } | undefined;

  /** Begins to read, at most so many bytes of each field. Throws `BadInput` for a media type that names no boundary. */
  constructor(body: Readable, contentType: string, maxFieldBytes: number) {
    this.#body = body;
    this.#parser = parserFor(contentType, maxFieldBytes);
    this.#operation.promise.catch(() => {});
    this.#parser
      .on('field', (name, value, { valueTruncated }) => {
        if (valueTruncated) return this.#fail(tooLong(maxFieldBytes));
        this.#attempt(() => this.#takeField(name, value));
      })
      .on('file', (name, bytes, info) => this.#attempt(() => this.#takeFile(name, bytes, info)))
      .on('filesLimit', () => this.#fail(new BadInput(TOO_MANY)))
      .on('error', () => this.#fail(new BadInput('Expected a multipart request that is complete.')))
      .on('close', () => this.#fail(new BadInput('Expected "operations", "map" and every file that it names.')));
    body
      .once('error', (error) => this.#parser.destroy(error))
      .once('close', () => {
        if (!body.readableEnded) this.#parser.destroy(new Error('The caller has left.'));
      });
    body.pipe(this.#parser);
  }

  /** The operation with its variables, files in their places; there before its files are. */
  get operation(): Promise<unknown> {
    return this.#operation.promise;
  }

  /** Gives up on what has not arrived, a file of which only a part has come included. */
  end(error: Error): void {
    this.#fail(error);
    this.#parser.destroy();
  }

  get isEnded(): boolean {
    return this.#parser.destroyed;
  }

  /** Lets the rest of the body through to nowhere. */
  release(): void {
    this.#body.unpipe(this.#parser);
    this.#body.resume();
  }

  #takeField(name: string, value: string): void {
    if (name === 'operations' && !this.#operations) this.#operations = jsonObject('operations', value);
    else if (name === 'map' && this.#operations && !this.#isMapped) this.#mapFiles(jsonObject('map', value));
    else throw new BadInput(ORDER);
  }

  #mapFiles(map: object): void {
    const { variables } = this.#operations as { variables?: unknown };
    for (const [name, paths] of Object.entries(map)) {
      const file = new UploadedFile(() => queueMicrotask(() => this.#skipUnread()));
      const isList = Array.isArray(paths) && paths.every((path) => typeof path === 'string');
      if (!isList) throw new BadInput('Expected lists of paths in "map".');
      for (const path of paths) put(file, path, variables);
      this.#files.set(name, file);
    }
    if (this.#files.size > MOST_FILES) throw new BadInput(TOO_MANY);
    this.#isMapped = true;
    this.#operation.resolve(this.#operations);
  }

  #takeFile(name: string, content: Readable, { filename, mimeType }: busboy.FileInfo): void {
    const file = this.#files.get(name);
    if (!this.#isMapped) throw new BadInput(ORDER);
    // Errors go to whoever reads the file, and are ignored if nobody does.
    content.on('error', () => {});
    if (!file) {
      content.resume();
      return;
    }
    // What a sender writes there may be no media type.
    const contentType = /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : 'application/octet-stream';
    file.arrival.resolve({ filename: filename ?? name, contentType, content });
    this.#files.delete(name);
    this.#arrived = { file, content };
    this.#skipUnread();
  }

  /** Lets the file that has arrived go by if nobody reads it and another one is waited for: that one comes after it. */
  #skipUnread(): void {
    const isAwaited = this.#files.values().some(({ state }) => state === 'opened');
    if (this.#arrived?.file.state !== 'unread' || !isAwaited) return;
    this.#arrived.file.state = 'gone';
    this.#arrived.content.resume();
  }

  #attempt(take: () => void): void {
    try {
      take();
    } catch (error) {
      // Only mistakes of the caller are thrown there.
      this.#fail(error as Error);
    }
  }

  /** No effect on what has arrived already. */
  #fail(error: Error): void {
    this.#operation.reject(error);
    for (const file of this.#files.values()) file.arrival.reject(error);
  }
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
  const [root, ...names] = path.split('.');
  const last = names.pop();
  let place: unknown = root === 'variables' ? variables : undefined;
  for (const name of names) place = memberOf(place, name);
  if (last === undefined || memberOf(place, last) !== null) {
    throw new BadInput('Expected paths in "map" that lead to a null among the variables.');
  }
  (place as Record<string, unknown>)[last] = file;
}

function memberOf(place: unknown, name: string): unknown {
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined;
  return (place as Record<string, unknown>)[name];
}

function tooLong(maxBytes: number): Error {
  return refusal(413, 'BAD_USER_INPUT', `Expected at most ${maxBytes} bytes beside the files.`);
}
