import { builder } from './builder.ts';

/** What an API can write in one place: its texts, with what each of them means. */
type Texts = Readonly<Record<string, string>>;

interface OpenEnumOptions {
  description: string;
  inputDescription: string;
  values: Texts;
  /** What `UNKNOWN` means. */
  unknown: string;
  /** Texts that are only another spelling of one of the values. */
  spellings?: Texts;
}

/** Declares an enum that its API may extend: what nobody documented is `UNKNOWN`. `<name>Input` has what is sent. */
export function openEnum(name: string, options: OpenEnumOptions) {
  const { description, inputDescription, values, unknown, spellings = {} } = options;
  const names = new Map(Object.keys(values).map((text) => [text, enumName(text)]));
  for (const [spelling, text] of Object.entries(spellings)) names.set(spelling, enumName(text));
  const described = Object.entries(values).map(([text, description]) => [enumName(text), { description }]);
  const type = builder.enumType(name, {
    description,
    values: { ...Object.fromEntries(described), UNKNOWN: { description: unknown } } as Record<string, object>,
  });
  const read = (text: unknown): string | null => {
    if (text === null || text === undefined || text === '') return null;
    return names.get(text as string) ?? 'UNKNOWN';
  };
  return { type, read, input: closedEnum(`${name}Input`, { description: inputDescription, values }) };
}

/** Declares an enum of what an API is sent: resolvers get its texts. */
export function closedEnum(name: string, { description, values }: Pick<OpenEnumOptions, 'description' | 'values'>) {
  const described = Object.entries(values).map(([text, description]) => [enumName(text), { value: text, description }]);
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(described) as Record<string, { value: string; description: string }>,
  });
}

/** `DATE_TIME` for `DateTime`, `date-time` and `date_time`. */
function enumName(text: string): string {
  return text
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .replaceAll('-', '_')
    .toUpperCase();
}
