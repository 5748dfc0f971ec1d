/** A JSON number as it was written, so that no digit is lost beyond 2^53. */
export class ExactNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toJSON(): unknown {
    return exactJson(this.source);
  }
}

/** Parses JSON with every number as an `ExactNumber`; throws a `SyntaxError` when it is not JSON. */
export function parseExact(text: string): unknown {
  return modernJson.parse(text, (_key, value, { source }) =>
    typeof value === 'number' ? new ExactNumber(source ?? String(value)) : value,
  );
}

/** Parses JSON with integers that a `number` cannot hold as a `bigint`. */
export function parseWithBigInts(text: string): unknown {
  // A reviver is slow, and most texts have no long number.
  if (!/[:[,]-?\d{16}/.test(text)) return JSON.parse(text);
  return modernJson.parse(text, (_key, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value,
  );
}

/** What `JSON.stringify` writes as this very text, a number digit by digit. */
export function exactJson(text: string): unknown {
  return /^[-\d]/.test(text) ? modernJson.rawJSON(text) : JSON.parse(text);
}

/** For `JSON.stringify`: a `bigint` as a bare number, any other value as it is. */
export function bigIntAsNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? exactJson(String(value)) : value;
}

// ES2026, which the compiler's library does not list yet.
const modernJson = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): object;
};
