/** What Hood's two definitions of keys, customer data keys and profile properties, have in common. */
import { hoodFlag } from '../../../sources/hood/values.ts';
import { builder, type Types } from '../../builder.ts';
import type { RecordRow } from '../../hood/record-fields.ts';
import { openEnum } from '../../open-enum.ts';

/** A definition of a key in Hood's spelling. */
export interface DefinitionRow extends RecordRow {
  data_type: string | null;
  example: string;
  description: string;
  export_alias: string;
  pi_data: unknown;
}

const ProfilePropertyDataType = builder.enumType('ProfilePropertyDataType', {
  description: 'What kind of value a property holds.',
  values: {
    TEXT: { description: 'Any text.' },
    NUMBER: { description: 'A number.' },
    DATE: { description: 'A date.' },
    UNKNOWN: { description: 'A kind this graph does not know: see `dataTypeText`.' },
  } as const,
});

export const ProfilePropertyDataTypeInput = builder.enumType('ProfilePropertyDataTypeInput', {
  description: 'The kinds of value that a property can be given or filtered by.',
  values: {
    TEXT: { value: 'text', description: 'Any text.' },
    NUMBER: { value: 'number', description: 'A number.' },
    DATE: { value: 'date', description: 'A date.' },
  } as const,
});

/** Kinds of value in Hood's spelling, by the names clients see. */
const DATA_TYPES = { text: 'TEXT', number: 'NUMBER', date: 'DATE' } as const;

/** The fields that say what is kept under a key, and how. */
export function definitionFields<Row extends DefinitionRow>(fields: PothosSchemaTypes.ObjectFieldBuilder<Types, Row>) {
  // Only the fields of DefinitionRow are read, so the builder of any wider row will do.
  const t = fields as unknown as PothosSchemaTypes.ObjectFieldBuilder<Types, DefinitionRow>;
  return {
    dataType: t.from(['data_type'], {
      type: ProfilePropertyDataType,
      description: 'What kind of value is kept under the key.',
      resolve: ({ data_type }) => openEnum(data_type, DATA_TYPES),
    }),
    dataTypeText: t.exposeString('data_type', { description: 'The kind of value as Hood writes it.' }),
    example: t.exposeString('example', { description: 'An example of a value.' }),
    description: t.exposeString('description', { description: 'What it means.' }),
    exportAlias: t.exposeString('export_alias', { description: 'Its column name in exports.' }),
    piData: t.from(['pi_data'], {
      type: 'Boolean',
      description: 'Whether its values are personal and therefore encrypted; null when Hood does not say.',
      resolve: ({ pi_data }) => hoodFlag(pi_data),
    }),
  };
}
