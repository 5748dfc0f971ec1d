import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { CallOptions, Repetition } from './call-options.ts';
import type { AnswerHead } from './exchange.ts';
import type { Form } from './form.ts';
import type { Route } from './path.ts';

/** One call, as its source describes it. `endpoint()` makes `route` and `path`. */
export interface JsonCall {
  /** The template, for errors, logs, metrics and traces. */
  route: Route;
  /** The encoded path with its query; a function is asked once, when the call has its turn to be sent. */
  path: string | (() => string);
  /** Whether the API itself named the path. Records then have none of its parameters. */
  isGiven?: boolean;
  /** How many keys are looked up with it, where that can be several; asked when it is sent. */
  keys?: (() => number) | undefined;
  options?: CallOptions;
}

export interface ReadCall extends JsonCall {
  /** An answer that there is nothing, a 404 or the API's own words for it, is `undefined` instead of a failure. */
  mayBeMissing?: boolean;
  /** Set where it repeats something that failed a moment ago. */
  repeats?: Repetition | undefined;
  /** Called with every answer, before it is read. */
  onReply?: ((reply: ReplyDetails) => void) | undefined;
}

/** Names a question by a hash, as what is asked may be personal. */
export function questionOf(...asked: unknown[]): string {
  return hash('sha256', JSON.stringify(asked), 'base64url');
}

/** What is known of an answer beside what it says. */
export interface ReplyDetails {
  status: number;
  /** In characters. */
  length: number;
  /** When the call was sent, in milliseconds of the wall clock. */
  sentAt: number;
  /** The `Date` header, likewise; undefined when there is none that can be read. */
  date: number | undefined;
}

export interface WriteCall extends JsonCall {
  path: string;
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON; `JSON.rawJSON('…')` inside sends digits as they stand. */
  body?: unknown;
  /** Sent instead of JSON. With files it is sent once, for as long as it takes: only silence and the signal end such a call. */
  form?: Form | undefined;
  /** The body is the gateway's own credential: a caller can do nothing about a refusal. */
  isOwnCredential?: boolean | undefined;
}

/** What a call was that the API refused in the body of its answer; it is a write if it has a method. */
export type RefusedCall = Pick<WriteCall, 'route' | 'path' | 'body' | 'form'> & Partial<Pick<WriteCall, 'method'>>;

/** A response that is read from the API as fast as it is read itself; destroying its body closes the connection. */
export type OpenedStream = AnswerHead & { body: Readable };
