import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { Refusal } from './messages.ts';

/** A form as it was sent: its fields, and where its file lies. */
export interface Upload {
  fields: Record<string, string>;
  file: string | undefined;
}

/** Receives a `multipart/form-data` body. The first part named `file` goes into the directory, never into memory. */
export async function receiveUpload(request: IncomingMessage, directory: string): Promise<Upload> {
  const fields: Record<string, string> = {};
  const path = join(directory, randomUUID());
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

function formOf({ headers }: IncomingMessage): busboy.Busboy {
  try {
    return busboy({ headers });
  } catch {
    throw new Refusal(400, 'The form has no boundary');
  }
}
