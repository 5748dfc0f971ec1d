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
  return modernJson.parse(text, (_key, value, context) =>
    typeof value === 'number' ? new ExactNumber(context.source ?? String(value)) : value,
  );
}

/** What `JSON.stringify` writes as this very text, a number digit by digit. */
export function exactJson(text: string): unknown {
  return /^[-\d]/.test(text) ? modernJson.rawJSON(text) : JSON.parse(text);
}

type ExactReviver = (key: string, value: unknown, context: { source?: string }) => unknown;

// ES2026, which the compiler's library does not list yet.
const modernJson = JSON as unknown as {
  parse(text: string, reviver: ExactReviver): unknown;
  rawJSON(text: string): object;
};
