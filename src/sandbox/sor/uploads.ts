import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { Refusal } from './messages.ts';

/** A form as it was sent: its fields, and where its file lies. */
export interface Upload {
  fields: Record<string, string>;
  file: string | undefined;
}

/** Keeps uploaded files until they are processed: on disk, never in memory. */
export class UploadDirectory implements AsyncDisposable {
  #directory: Promise<string> | undefined;
  #count = 0;

  /** Receives a `multipart/form-data` body. Only the first part named `file` is kept. */
  async receive(request: IncomingMessage): Promise<Upload> {
    this.#directory ??= mkdtemp(join(tmpdir(), 'sor-uploads-'));
    const path = join(await this.#directory, String(this.#count++));
    const fields: Record<string, string> = {};
    let kept: Promise<void> | undefined;
    const form = formOf(request);
    form.on('field', (name, value) => {
      fields[name] = value;
    });
    form.on('file', (name, stream) => {
      if (name !== 'file' || kept) return stream.resume();
      kept = pipeline(stream, createWriteStream(path));
      return kept.catch((error: Error) => form.destroy(error));
    });
    await pipeline(request, form);
    await kept;
    return { fields, file: kept && path };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#directory) await rm(await this.#directory, { recursive: true, force: true });
  }
}

function formOf({ headers }: IncomingMessage): busboy.Busboy {
  try {
    return busboy({ headers });
  } catch {
    throw new Refusal(400, 'The form has no boundary');
  }
}
