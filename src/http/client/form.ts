import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Api } from './api.ts';
import { failureOf, type UpstreamError } from './upstream-error.ts';

/** A `multipart/form-data` body, whose files are read while it is sent. */
export interface Form {
  /** Sent before the files. Names without quotes and line ends. */
  fields: Readonly<Record<string, string>>;
  /** Undefined where there can be none; then it is sent like any other body. */
  files?: Iterable<FormFile> | AsyncIterable<FormFile> | undefined;
}

/** A file of a form. */
export interface FormFile {
  /** The field's name. */
  name: string;
  filename: string;
  /** A media type, without parameters. */
  contentType: string;
  /** Ends the call when it fails, with the same error. */
  content: AsyncIterable<Uint8Array>;
}

interface Content {
  contentType: string;
  body: string | Readable;
}

/** What a write has to send, if anything. */
export function contentOf({ body, form }: { body?: unknown; form?: Form | undefined }): Content | undefined {
  if (form) return formBody(form);
  return body === undefined ? undefined : { contentType: 'application/json', body: JSON.stringify(body) };
}

/** The error of a form that should be sent again with another credential: its files are gone. */
export function formWasSent(api: Api, route: string): UpstreamError {
  const what = "refused the gateway's credential, which is renewed now: send the file again";
  return failureOf(api, route, 'unavailable', what, { status: 401 });
}

/** The bytes of a form, made as fast as they are read, and the header that announces them. */
function formBody({ fields, files = [] }: Form): Content {
  const boundary = `form-${randomBytes(16).toString('hex')}`;
  const head = (disposition: string, headers = '') =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${headers}\r\n`;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const [name, value] of Object.entries(fields)) yield Buffer.from(`${head(`name="${name}"`)}${value}\r\n`);
    for await (const { name, filename, contentType, content } of files) {
      // As browsers write names with such characters (WHATWG, HTML: multipart form data).
      const named = `name="${name}"; filename="${filename.replace(/["\r\n]/g, encodeURIComponent)}"`;
      yield Buffer.from(head(named, `content-type: ${contentType}\r\n`));
      yield* content;
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(`--${boundary}--\r\n`);
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Readable.from(bytes()) };
}
