/** What Pothos has built: a type, a field, or an argument. */
export interface Built {
  extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What a built type or field was declared with; nothing for most. Pothos keeps it. */
export function declared<Options extends object>({ extensions }: Built): Partial<Options> {
  return (extensions?.['pothosOptions'] as Options | undefined) ?? {};
}
