/** What Hood's two definitions of keys, customer data keys and profile properties, have in common. */
import type { FieldsOf } from '../../builder.ts';
import type { RecordRow } from '../../hood/collection.ts';
import { openEnum } from '../../open-enum.ts';
import { FLAG } from '../../readings.ts';

export const ProfilePropertyDataType = openEnum('ProfilePropertyDataType', {
  description: 'What kind of value a property holds.',
  inputDescription: 'The kinds of value that a property can be given or filtered by.',
  values: { text: 'Any text.', number: 'A number.', date: 'A date.' },
  unknown: 'A kind this graph does not know: see `dataTypeText`.',
});

/** The fields that say what is kept under a key, and how. */
export function definitionFields(t: FieldsOf<RecordRow>) {
  return {
    dataType: t.read('data_type', ProfilePropertyDataType, {
      description: 'What kind of value is kept under the key.',
    }),
    dataTypeText: t.exposeString('data_type', { description: 'The kind of value as Hood writes it.' }),
    example: t.exposeString('example', { description: 'An example of a value.' }),
    description: t.exposeString('description', { description: 'What it means.' }),
    exportAlias: t.exposeString('export_alias', { description: 'Its column name in exports.' }),
    piData: t.read('pi_data', FLAG, {
      description: 'Whether its values are personal and therefore encrypted; null when Hood does not say.',
    }),
  };
}
