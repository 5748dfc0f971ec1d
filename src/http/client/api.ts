/** What the client needs to know of an API. It may have several hosts, each with a client of its own. */
export interface Api {
  /** Short and unique, for errors, logs and keys: `HOOD`. */
  readonly name: string;
  /** Its name in sentences that callers read: `Hood`. */
  readonly title: string;
  /** The product's full name, for descriptions. */
  readonly product: string;
  /** Whether numbers that a double would round are read as `LongNumber`, and not as text. */
  readonly exactNumbers?: boolean;
  /** The parameter that names the fields of rows that are asked for, if there is one: names of the API's own. */
  readonly fieldsParameter?: string;
  /** What an answer that reports an error says about it. */
  errorWords(answer: Readonly<Record<string, unknown>>): ErrorWords;
  /** The status with which a 2xx answer says that the call failed, 200 where it names none; undefined if it did not. */
  failureStatus?(answer: unknown): number | undefined;
  /** An answer that says no more of what was created than its id. */
  answerFor?(id: string): unknown;
  /** Whether a 2xx answer says that what was asked for does not exist. Never unless set. */
  saysMissing?(answer: unknown): boolean;
}

/** Where an error answer may hold its words. Nothing of it may be shown unmasked, or to callers who share the call. */
export interface ErrorWords {
  /** Candidates for the sentence to show; the first text that is not empty is taken. */
  readonly titles: readonly unknown[];
  /** What it says beside that. */
  readonly details?: readonly unknown[];
  /** The id under which the API's own log has the call. */
  readonly traceId?: unknown;
}
