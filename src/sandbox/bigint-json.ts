/** JSON in which a `bigint` is a bare number of any length, which most clients then round. */

/** A value as JSON text. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) => printable(part));
}

/** What `JSON.stringify` writes as a bare number, for a `bigint`; any other value as it is. */
export function printable(value: unknown): unknown {
  return typeof value === 'bigint' ? json.rawJSON(String(value)) : value;
}

/** Reads JSON; integers that a `number` cannot hold become a `bigint`. */
export function readJson(text: string): unknown {
  // The reviver is slow, and most texts have no long number.
  if (!/[:[,]-?\d{16}/.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );
}

// ES2026, which the compiler's library does not list yet.
const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
};
