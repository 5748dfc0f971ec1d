/** Handing over files of attribute values. */
import { CsvKeys, CsvMistake } from '../../../sources/sor/csv-keys.ts';
import { findImport, importFile, importFromUrl, type StartedImport } from '../../../sources/sor/imports.ts';
import { builder } from '../../builder.ts';
import type { Context } from '../../context.ts';
import { byArguments, type Charge } from '../../cost/charge.ts';
import { withIds } from '../../input-checks.ts';
import { InvalidInput, mutation } from '../../mutation.ts';
import { hasSelected, selects } from '../../selection.ts';
import { systemForWriting } from '../../sor/fed-system.ts';
import { type ImportSource, sourceMistakes } from '../../sor/import-source.ts';
import { systemInput } from '../../sor/write.ts';
import { AttributeImport } from './attribute-import.ts';

const HttpHeaderInput = builder.inputType('HttpHeaderInput', {
  description: 'A header of an HTTP request.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name, such as `Authorization`.' }),
    value: t.string({ required: true, description: 'Its value, in one line.' }),
  }),
});

const STARTED_FIELDS: readonly string[] = ['startedAt', 'startedAtText'];

interface ImportAttributeValues extends ImportSource {
  systemOfRecord: string;
  ignoreUnknownKeys: boolean;
}

mutation('importAttributeValues', {
  tags: ['pii', 'sor'],
  description:
    'Imports a CSV file of values of users, of any size, plain or gzipped. The API works on it later. The first line is `user_id,attribute_key,value`; its names may be quoted, and a byte order mark may precede it. A line for a set is its whole new content, joined by semicolons. A key that the system does not have, or that is disabled there, is a mistake, and so are a quote that is not closed and, beyond 10 MB, a gzip file that unpacks to more than 100 times its size: found near the start of the file, nothing is sent; further on, the call is cut. Nothing is imported in either case. Costs one upstream call to find the system, and one to send the file.',
  cost: () => ({ api: 'SOR', calls: 2 }),
  inputDescription: 'A file of values for one system of record.',
  input: (t) => ({
    systemOfRecord: systemInput(t),
    file: t.field({
      type: 'Upload',
      description: 'The file itself, passed on unchanged. Either this or `fileUrl`.',
    }),
    fileUrl: t.field({
      type: 'URL',
      description:
        'The address from which the API fetches the file: https, of a public host, without credentials. With the API on this machine, as in the sandbox, also http and any host.',
    }),
    requestHeaders: t.field({
      type: [HttpHeaderInput],
      description: 'Headers that the API sends when it fetches the file, each once.',
    }),
    ignoreUnknownKeys: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether to pass on the lines as they are, without a look at their keys and quotes: the API ignores those with a key that the system does not have. Otherwise they are mistakes. Lines of a file at `fileUrl` are always passed on: only the API reads them.',
    }),
  }),
  // Other mistakes and those that only the system shows are found below, and reported together.
  check: withIds<ImportAttributeValues>({ systemOfRecord: 'SystemOfRecord' }),
  resolve: async ({ systemOfRecord, ignoreUnknownKeys, ...source }, context) => {
    const { system, attributes, issues } = await systemForWriting(systemOfRecord, context);
    const mistakes = [...issues, ...sourceMistakes(source, context.sor.isOnLoopback)];
    if (!system || mistakes.length > 0) throw new InvalidInput(mistakes);
    const { file, fileUrl, requestHeaders } = source;
    const keys = ignoreUnknownKeys || !attributes ? undefined : new CsvKeys(attributes);
    if (file) return { started: await handOver(file, system, keys, context) };
    const headers = Object.fromEntries((requestHeaders ?? []).map(({ name, value }) => [name, value]));
    return { started: await importFromUrl(context.sor, system, String(fileUrl), headers) };
  },
  successDescription: 'The file was sent.',
  success: (t) => ({
    attributeImport: t.field({
      type: AttributeImport,
      cost: byArguments('call', (_args, asked): readonly Charge[] =>
        selects(asked, 'AttributeImport', (field) => STARTED_FIELDS.includes(field)) ? [{ api: 'SOR', calls: 1 }] : [],
      ),
      description:
        'The import; null when the API answered without its id. Costs one more upstream call if you select `startedAt`, which is null when it could not be read.',
      resolve: ({ started }: { started: StartedImport | undefined }, _args, { sor }, info) => {
        if (!started) return null;
        if (hasSelected(started, info, 'AttributeImport')) return { ...started, started: null };
        const listed = findImport(sor, started.import_id).then((row) => row?.started);
        // If this fails, only `startedAt` does: the rest has been answered already.
        listed.catch(() => {});
        return { ...started, started: listed };
      },
    }),
  }),
});

async function handOver(
  file: NonNullable<ImportSource['file']>,
  system: Parameters<typeof importFile>[1],
  keys: CsvKeys | undefined,
  { sor }: Context,
): Promise<StartedImport | undefined> {
  try {
    return await importFile(sor, system, await file.open(), keys);
  } catch (error) {
    if (!(error instanceof CsvMistake)) throw error;
    throw new InvalidInput(error.issues.map((issue) => ({ path: ['file'], ...issue })));
  }
}
