/** Imports of files of attribute values, what went wrong in them, and how one comes along. */
import type { ImportErrorRow, ImportRow, StartedImport } from '../../../sources/sor/imports.ts';
import { findImport, listImports, maskedMessage, maskedRaw, readImportErrors } from '../../../sources/sor/imports.ts';
import { customersIn } from '../../../sources/sor/profile-rows.ts';
import { isoDateTime } from '../../../sources/time.ts';
import { builder } from '../../builder.ts';
import { connectionOf, countedArgs, readWhole, windowArgs } from '../../connection.ts';
import { IMPORT_LIST } from '../../cost/charge.ts';
import { idField, Node, nodeLoader } from '../../node.ts';
import { rowsOfWindow } from '../../paging/window.ts';
import { MOMENT, type Reading, TEXT } from '../../readings.ts';
import { profileCharge, profilesOf } from '../../sor/profiles.ts';
import { CustomerProfile } from './customer-profile.ts';
import { MAX_FIRST, systemEdges } from './system-of-record.ts';

const DEFAULT_ERRORS = 100;

/** `jid` only where the import was just started; `started` may still have to come then. A subscription knows the errors. */
type AttributeImportRow = ImportRow & Partial<StartedImport> & { knownErrors?: readonly ImportErrorRow[] };

/** Of an import that was just started, the time is yet to come. */
const arriving = <Type>({ type, read }: Reading<Type>): Reading<Type> => ({
  type,
  read: (value) => (value instanceof Promise ? value.then(read) : read(value)),
});

const STARTED = arriving(MOMENT);
const STARTED_TEXT = arriving(TEXT);

const OCCURRED = { description: 'When it happened; null when the API has no readable time.' };

export const AttributeImportError = builder.objectRef<ImportErrorRow>('AttributeImportError').implement({
  description: 'A line that could not be imported.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    customerId: t.exposeID('customerId', { description: 'The customer it is about.', tags: ['pii'] }),
    profile: t.field({
      type: CustomerProfile,
      description:
        'The profile of that customer; null when there is none. Costs one upstream call, shared with all other profiles of the operation.',
      cost: profileCharge('user_id', 1),
      resolve: ({ customerId }, _args, context, info) =>
        customerId === null ? null : profilesOf(context, info).load(customerId, 'user_id'),
    }),
    key: t.exposeString('key', { description: 'The attribute’s key.' }),
    systemIdentifier: t.exposeID('system', { description: 'The system it was for.' }),
    ...systemEdges(t, 'system'),
    occurredAt: t.read('date', MOMENT, OCCURRED),
    occurredAtText: t.read('date', TEXT, { description: 'That time as the API writes it.' }),
    date: t.read('date', MOMENT, { ...OCCURRED, deprecationReason: 'Use `occurredAt`.' }),
    source: t.exposeString('source', { description: 'The part of FollowAnalytics’ pipeline where it happened.' }),
    message: t.string({
      description: 'What is wrong, as the API says it, with secrets masked.',
      requires: 'pii:read',
      resolve: maskedMessage,
    }),
    raw: t.field({
      type: 'JSON',
      description:
        'The line as the API read it, without secrets, and with addresses of others masked; null when it cannot be read or is longer than 20,000 characters.',
      requires: 'pii:read',
      tags: ['pii'],
      resolve: maskedRaw,
    }),
  }),
});

const AttributeImportErrorConnection = connectionOf(AttributeImportError, 'lines that could not be imported');

export const AttributeImport = builder.objectRef<AttributeImportRow>('AttributeImport').implement({
  description:
    'An import of a file of attribute values. The API forgets it after a week, and never says whether it has finished.',
  tags: ['sor'],
  interfaces: [Node],
  fields: (t) => ({
    id: idField(t, 'AttributeImport', 'import_id'),
    importId: t.exposeID('import_id', { nullable: false, description: 'Its id in the API.' }),
    jobId: t.exposeID('jid', {
      description:
        'The id that FollowAnalytics’ support uses. Null except in the answer of the mutation that started the import.',
    }),
    startedAt: t.read('started', STARTED, {
      description: 'When it was sent; null when the API has no readable time.',
    }),
    startedAtText: t.read('started', STARTED_TEXT, { description: 'That time as the API writes it.' }),
    errors: t.field({
      type: AttributeImportErrorConnection,
      description:
        'The lines that were refused so far. An empty list does not mean that the import has finished. Costs one upstream call for each import and customer.',
      cost: ({ customerId }) => (customerId === '' ? [] : { api: 'SOR', calls: 1, key: `errors ${customerId ?? ''}` }),
      rows: (window) => rowsOfWindow(window, MAX_FIRST),
      args: {
        ...countedArgs(t.arg),
        first: t.arg.int({
          defaultValue: DEFAULT_ERRORS,
          description: 'The number of rows, from the start of the list or after `after`.',
        }),
        customerId: t.arg.id({ idOf: 'CustomerProfile', description: 'Only lines about this customer.' }),
      },
      resolve: ({ import_id, knownErrors }, { first, customerId, ...window }, { sor, cursors, operation }) => {
        const listKey = `sor/import-errors?${JSON.stringify([import_id, customerId ?? null])}`;
        const known = customerId == null && knownErrors;
        if (known) operation.subjects?.add(customersIn(known.map(({ customerId: customer_id }) => ({ customer_id }))));
        return readWhole(
          // An empty parameter would ask for everybody's.
          async () =>
            known ? [...known] : customerId === '' ? [] : readImportErrors(sor, import_id, customerId ?? undefined),
          { first: first ?? DEFAULT_ERRORS, ...window },
          { listKey, cursors, maximum: MAX_FIRST },
        );
      },
    }),
  }),
});

const AttributeImportConnection = connectionOf(AttributeImport, 'imports');

builder.queryField('attributeImports', (t) =>
  t.field({
    type: AttributeImportConnection,
    description: 'The imports of the last week, newest first. Costs one upstream call.',
    cost: IMPORT_LIST,
    rows: (window) => rowsOfWindow(window, MAX_FIRST),
    args: windowArgs(t.arg),
    resolve: (_root, window, { sor, cursors }) =>
      readWhole(() => listImports(sor), window, { listKey: 'sor/imports', cursors, maximum: MAX_FIRST }),
  }),
);

nodeLoader(AttributeImport, {
  naturalKey: ['importId'],
  one: {
    field: 'attributeImport',
    description:
      'One import; null when it does not exist or has expired. Costs one upstream call, shared by all fields that ask for imports.',
    argument: 'Its id in the API.',
    weight: 'share',
  },
  cost: () => IMPORT_LIST,
  load: async (key, _fields, { sor }) => findImport(sor, key),
});

/** The API never says that an import has finished: it is taken to have, so many milliseconds after its last new error. */
const QUIET_MS = 10 * 60_000;

builder.subscriptionField('attributeImport', (t) =>
  t.field({
    type: AttributeImport,
    description:
      'An import as it is, and again whenever it has new errors, until ten minutes after it was started or had its last one. Null, once, when it does not exist or has expired. Each poll costs one upstream call, the first one two.',
    cost: IMPORT_LIST,
    args: { importId: t.arg.id({ idOf: 'AttributeImport', required: true, description: 'Its id in the API.' }) },
    subscribe: (_root, { importId }, { follow }) =>
      follow({
        ...{ key: JSON.stringify(['attributeImport', importId]), api: 'SOR', isState: true },
        begin() {
          let known: ImportRow | null = null;
          let lastCount = 0;
          let busyUntil = 0;
          return async ({ sor }) => {
            const isFirst = known === null;
            known ??= await findImport(sor, String(importId));
            if (!known) return { events: [null], isOver: true };
            const errors = await readImportErrors(sor, String(importId), undefined);
            const times = [known.started, ...errors.map(({ date }) => date)].map((time) => isoDateTime(time) ?? '');
            const lastAt = Date.parse(times.reduce((one, other) => (one > other ? one : other)));
            const now = Date.now();
            const isChanged = isFirst || errors.length !== lastCount;
            // What came before it was followed may be long over, and no clock of the API lets it take longer.
            if (isChanged) busyUntil = QUIET_MS + (isFirst && lastAt < now ? lastAt : now);
            lastCount = errors.length;
            return { events: isChanged ? [{ ...known, knownErrors: errors }] : [], isOver: now >= busyUntil };
          };
        },
      }),
    resolve: (row) => row as never,
  }),
);
