/** How an import of attribute values comes along. */
import { findImport, type ImportRow, readImportErrors } from '../../../sources/sor/imports.ts';
import { isoDateTime } from '../../../sources/time.ts';
import { builder } from '../../builder.ts';
import { IMPORT_LIST } from '../../cost/charge.ts';
import { AttributeImport } from '../sor/attribute-import.ts';

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
