import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';

/** Whether a request has a `multipart/form-data` body, with the boundary that it cannot be read without. */
export function isForm({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return /^multipart\/form-data\b.*boundary=/i.test(headers['content-type'] ?? '');
}

/** The fields of a form. `takeFile` reads a file, named by its field, while it comes: it is kept nowhere here. */
export async function receiveForm(
  request: IncomingMessage,
  takeFile: (name: string, bytes: Readable, filename: string | undefined) => Promise<unknown>,
): Promise<Record<string, string>> {
  const fields: Record<string, string> = {};
  const files: Promise<unknown>[] = [];
  const form = busboy({ headers: request.headers });
  form.on('field', (name, value) => {
    fields[name] = value;
  });
  form.on('file', (name, bytes, { filename }) => {
    const taken = takeFile(name, bytes, filename);
    taken.catch((error: Error) => form.destroy(error));
    files.push(taken);
  });
  await pipeline(request, form);
  await Promise.all(files);
  return fields;
}
