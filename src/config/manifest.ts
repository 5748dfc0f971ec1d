import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** As relay-compiler writes them: texts by their ids. */
const relay = z.record(z.string(), z.string()).transform((texts) => new Map(Object.entries(texts)));

/** As Apollo's tools write them. */
const apollo = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.object({ id: z.string(), body: z.string() })),
  })
  .transform(({ operations }) => new Map(operations.map(({ id, body }) => [id, body])));

/** The documents of a file, by their ids. */
export const manifest = z.string().transform((path, context): ReadonlyMap<string, string> => {
  const mistake = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return mistake(`must be a file ${error instanceof SyntaxError ? 'of JSON' : 'that can be read'}`);
  }
  const isApollo = typeof json === 'object' && json !== null && 'format' in json;
  const documents = (isApollo ? apollo : relay).safeParse(json);
  if (documents.data && documents.data.size > 0) return documents.data;
  return mistake(
    'must be a file with texts by their ids, as relay-compiler writes it, or an Apollo manifest of version 1',
  );
});
