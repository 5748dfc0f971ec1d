/** The kinds of values that Hood keeps about people. */
import { builder } from '../../builder.ts';

export const ProfilePropertyDataType = builder.enumType('ProfilePropertyDataType', {
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
export const DATA_TYPES = { text: 'TEXT', number: 'NUMBER', date: 'DATE' } as const;
