/** Somebody who waits for a call: an operation, and since when, in `performance.now()` milliseconds. */
export interface Served {
  readonly operation: object | undefined;
  readonly since: number;
}

/** Why a call waited before it was sent: for its place in the limits, a `Retry-After`, a log-in or other calls. */
export type WaitReason = 'limit' | 'retryAfter' | 'login' | 'otherCalls';

/** How an attempt ended: the status of its answer, or what was there instead of one. */
export type CallStatus =
  | number
  | 'timeout'
  | 'reset'
  | 'refused_connection'
  | 'unreachable'
  | 'unreadable'
  | 'cancelled';

/** What a record is made of. */
interface Sent extends Pick<CallRecord, 'api' | 'method' | 'route' | 'attempt' | 'waitedMs' | 'waitedFor' | 'keys'> {
  /** The path with its query; empty where the API itself named it. */
  readonly path: string;
  /** The parameter that names the fields asked for, if the API has one. */
  readonly fieldsParameter: string | undefined;
  readonly keepsValues: boolean;
  readonly serves: () => readonly Served[];
}

/** One attempt of a call, from the moment it is sent. Only `values` has anything that may be personal. */
export class CallRecord {
  readonly api: string;
  readonly method: string;
  /** The template. */
  readonly route: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** How long it waited for its turn, in milliseconds, and why. */
  readonly waitedMs: number;
  readonly waitedFor: readonly WaitReason[];
  /** How many keys it looks up; undefined where it can only be one. */
  readonly keys: number | undefined;
  /** In `performance.now()` milliseconds. */
  readonly sentAt = performance.now();
  /** Undefined while it is under way, as `ms` is. */
  status: CallStatus | undefined;
  ms: number | undefined;
  readonly #sent: Sent;

  constructor(sent: Sent) {
    this.api = sent.api;
    this.method = sent.method;
    this.route = sent.route;
    this.attempt = sent.attempt;
    this.waitedMs = sent.waitedMs;
    this.waitedFor = sent.waitedFor;
    this.keys = sent.keys;
    this.#sent = sent;
  }

  /** Those that it is made for, up to now. It counts for the first. */
  get serves(): readonly Served[] {
    return this.#sent.serves();
  }

  /** The names of the parameters in its address. */
  get parameters(): string[] {
    return [...this.#query.keys()];
  }

  /** The fields that it asks for, where the API has a parameter for them: names of the API's own. */
  get fields(): string[] | undefined {
    return this.#query.get(this.#sent.fieldsParameter ?? '')?.split(',');
  }

  /** The parameters with their values; undefined unless all data is made up. */
  get values(): Record<string, string> | undefined {
    return this.#sent.keepsValues ? Object.fromEntries(this.#query) : undefined;
  }

  end(status: CallStatus): void {
    this.ms = performance.now() - this.sentAt;
    this.status = status;
  }

  get #query(): URLSearchParams {
    const { path } = this.#sent;
    return new URLSearchParams(path.slice(path.indexOf('?') + 1 || path.length));
  }
}
