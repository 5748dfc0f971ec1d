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
  const texts = new Map(Object.keys(values).map((text) => [lettersOf(text), text]));
  for (const [spelling, text] of Object.entries(spellings)) texts.set(lettersOf(spelling), text);
  const described = Object.entries(values).map(([text, description]) => [enumName(text), { description }]);
  const type = builder.enumType(name, {
    description,
    values: { ...Object.fromEntries(described), UNKNOWN: { description: unknown } } as Record<string, object>,
  });
  /** As its API documents it, whatever its case and the signs between its words; undefined for what nobody documented. */
  const documented = (text: unknown) => texts.get(lettersOf(String(text)));
  const read = (text: unknown): string | null => {
    if (text === null || text === undefined || text === '') return null;
    return names.get(text as string) ?? names.get(documented(text) ?? '') ?? 'UNKNOWN';
  };
  return { type, read, documented, input: closedEnum(`${name}Input`, { description: inputDescription, values }) };
}

/** Declares an enum of what an API is sent: resolvers get its texts. */
export function closedEnum(name: string, { description, values }: Pick<OpenEnumOptions, 'description' | 'values'>) {
  const described = Object.entries(values).map(([text, description]) => [enumName(text), { value: text, description }]);
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(described) as Record<string, { value: string; description: string }>,
  });
}

/** `datetime` for `DateTime`, `DATE_TIME` and `date-time`. */
function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z\d]/g, '');
}

/** `DATE_TIME` for `DateTime`, `date-time` and `date_time`. */
function enumName(text: string): string {
  return text
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .replaceAll('-', '_')
    .toUpperCase();
}
