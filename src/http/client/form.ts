import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Api } from './api.ts';
import { UpstreamError } from './upstream-error.ts';

/** A `multipart/form-data` body with one file, which is read while it is sent. */
export interface Form {
  /** Sent before the file. Names and values without line ends. */
  fields: Readonly<Record<string, string>>;
  file: {
    /** The field's name. */
    name: string;
    filename: string;
    contentType: string;
    /** Ends the call when it fails, with the same error. */
    content: AsyncIterable<Uint8Array>;
  };
}

interface Content {
  contentType: string;
  body: string | Readable;
}

/** What a request has to send, if anything. */
export function contentOf(body: unknown, form: Form | undefined): Content | undefined {
  if (form) return formBody(form);
  return body === undefined ? undefined : { contentType: 'application/json', body: JSON.stringify(body) };
}

/** The error of a form that should be sent again with another credential: its file is gone. */
export function formWasSent(api: Api, route: string): UpstreamError {
  const message = `${api.title} refused the gateway's credential, which is renewed now: send the file again.`;
  return new UpstreamError(message, { api: api.name, failure: 'unavailable', route, status: 401 });
}

/** The bytes of a form, made as fast as they are read, and the header that announces them. */
function formBody({ fields, file }: Form): Content {
  const boundary = `form-${randomBytes(16).toString('hex')}`;
  const head = [
    ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, '', value)),
    part(`name="${file.name}"; filename="${file.filename}"`, `content-type: ${file.contentType}\r\n`, ''),
  ].join('\r\n');
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head);
    yield* file.content;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Readable.from(bytes()) };

  function part(disposition: string, headers: string, content: string): string {
    return `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${headers}\r\n${content}`;
  }
}
