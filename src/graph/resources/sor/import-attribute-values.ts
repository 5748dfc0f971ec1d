/** Handing over files of attribute values. */
import { reachOf } from '../../../sources/hosts.ts';
import { CsvKeys, CsvMistake } from '../../../sources/sor/csv-keys.ts';
import { findImport, importFile, importFromUrl, type StartedImport } from '../../../sources/sor/imports.ts';
import { builder } from '../../builder.ts';
import type { Charge } from '../../cost/charge.ts';
import { mutation } from '../../mutation.ts';
import { hasSelected, selects } from '../../selection.ts';
import { systemForWriting } from '../../sor/fed-system.ts';
import type { UploadedFile } from '../../upload.ts';
import { type InputIssue, InvalidInput, type UserErrorCode } from '../../user-errors.ts';
import { AttributeImport } from './attribute-import.ts';
import { systemInput } from './write-definition.ts';

const HttpHeaderInput = builder.inputType('HttpHeaderInput', {
  description: 'A header of an HTTP request.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name, such as `Authorization`.' }),
    value: t.string({ required: true, description: 'Its value, in one line.' }),
  }),
});

/** What a header's name is made of (RFC 9110, 5.6.2), and what its value may be. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const STARTED_FIELDS: readonly string[] = ['startedAt', 'startedAtText'];

/** Where an import's file comes from, as the graph takes it; null is the same as leaving it out. */
interface ImportSource {
  file?: UploadedFile | null | undefined;
  fileUrl?: URL | null | undefined;
  requestHeaders?: readonly { name: string; value: string }[] | null | undefined;
}

mutation('importAttributeValues', {
  tags: ['pii', 'sor'],
  requires: 'sor:write',
  description:
    'Imports a CSV file of values of users, of any size, plain or gzipped. The API works on it later. The first line is `user_id,attribute_key,value`; its names may be quoted, and a byte order mark may precede it. A line for a set is its whole new content, joined by semicolons. A key that the system does not have, or that is disabled there, is a mistake, and so are a quote that is not closed and, beyond 10 MB, a gzip file that unpacks to more than 100 times its size: found near the start of the file, nothing is sent; further on, the call is cut. Nothing is imported in either case. Costs one upstream call to find the system, and one to send the file.',
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
  cost: () => ({ api: 'SOR', calls: 2 }),
  audited: () => ({ isAboutAnybody: true }),
  resolve: async ({ systemOfRecord, ignoreUnknownKeys, ...source }, context) => {
    const { system, attributes, issues } = await systemForWriting(systemOfRecord, context);
    // Found here, to be reported together with those that only the system shows.
    const mistakes = [...issues, ...sourceMistakes(source, context.sor.isOnLoopback)];
    if (!system || mistakes.length > 0) throw new InvalidInput(mistakes);
    const { file, fileUrl, requestHeaders } = source;
    const keys = ignoreUnknownKeys || !attributes ? undefined : new CsvKeys(attributes);
    if (file) {
      const { content } = await file.open();
      const started = importFile(context.sor, system, content, keys).catch((error: unknown) => {
        if (!(error instanceof CsvMistake)) throw error;
        throw new InvalidInput(error.issues.map((issue) => ({ path: ['file'], ...issue })));
      });
      return { started: await started };
    }
    const headers = Object.fromEntries((requestHeaders ?? []).map(({ name, value }) => [name, value]));
    return { started: await importFromUrl(context.sor, system, String(fileUrl), headers) };
  },
  successDescription: 'The file was sent.',
  success: (t) => ({
    attributeImport: t.field({
      type: AttributeImport,
      cost: (_args, asked): readonly Charge[] =>
        selects(asked, 'AttributeImport', (field) => STARTED_FIELDS.includes(field)) ? [{ api: 'SOR', calls: 1 }] : [],
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

/** Everything that is wrong with where a file is to come from; `mayBeLocal` says that an address may be one of this machine. */
function sourceMistakes({ file, fileUrl, requestHeaders }: ImportSource, mayBeLocal: boolean): InputIssue[] {
  const issues: InputIssue[] = [];
  const issue = (path: string[], message: string, code: UserErrorCode = 'INVALID') =>
    issues.push({ path, code, message });

  if (Boolean(file) === Boolean(fileUrl)) {
    issue(['file'], 'Expected exactly one of file and fileUrl.', file ? 'INVALID' : 'REQUIRED');
  }
  const wrong = fileUrl && addressMistake(fileUrl, mayBeLocal);
  if (wrong) issue(['fileUrl'], wrong);
  if (requestHeaders?.length && !fileUrl) {
    issue(['requestHeaders'], 'Expected no headers: they are for the call to fileUrl.');
  }
  const names = new Set<string>();
  for (const [index, { name, value }] of (requestHeaders ?? []).entries()) {
    const at = ['requestHeaders', String(index)];
    if (!HEADER_NAME.test(name)) issue([...at, 'name'], 'Expected the name of a header.');
    else if (names.has(name.toLowerCase())) issue([...at, 'name'], 'Expected each header once.');
    if (!HEADER_VALUE.test(value)) issue([...at, 'value'], 'Expected a value in one line of Latin characters.');
    names.add(name.toLowerCase());
  }
  return issues;
}

function addressMistake({ protocol, username, password, hostname }: URL, mayBeLocal: boolean): string | undefined {
  const isWeb = protocol === 'https:' || (mayBeLocal && protocol === 'http:');
  if (!isWeb) return `Expected an ${mayBeLocal ? 'http or https' : 'https'} address.`;
  if (username || password) return 'Expected an address without credentials: requestHeaders can carry them.';
  return mayBeLocal || reachOf(hostname) === 'public' ? undefined : 'Expected an address of a host that is public.';
}
