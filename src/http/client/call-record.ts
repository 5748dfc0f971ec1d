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

/** A call under way. */
interface Sent extends Pick<CallRecord, 'method' | 'route' | 'waitedFor'> {
  readonly path: string;
  /** Whether the API itself named that path. */
  readonly isGiven: boolean;
  readonly attempts: number;
  readonly body?: unknown;
  readonly keys?: (() => number) | undefined;
  readonly serves: () => readonly Served[];
}

/** The API that it goes to: its name, and the parameter that names the fields asked for, if it has one. */
interface Asked {
  readonly name: string;
  readonly fieldsParameter?: string;
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
  /** The names of the members of what it sends; undefined where that is nothing. */
  readonly body: string[] | undefined;
  /** In `performance.now()` milliseconds. */
  readonly sentAt = performance.now();
  /** Undefined while it is under way, as `ms` is. */
  status: CallStatus | undefined;
  ms: number | undefined;
  readonly #fieldsParameter: string | undefined;
  readonly #keepsValues: boolean;
  /** Empty where the API itself named it. */
  readonly #path: string;
  readonly #serves: () => readonly Served[];

  /** The record of the attempt that is sent now. */
  constructor(sent: Sent, waitedMs: number, { name, fieldsParameter }: Asked, keepsValues = false) {
    const { method, route, path, isGiven, attempts, waitedFor, keys, serves, body } = sent;
    this.api = name;
    this.method = method;
    this.route = route;
    this.attempt = attempts;
    this.waitedMs = waitedMs;
    this.waitedFor = [...new Set(waitedFor)];
    this.keys = keys?.();
    this.body = body ? Object.keys(body) : undefined;
    this.#fieldsParameter = fieldsParameter;
    this.#keepsValues = keepsValues;
    this.#path = isGiven ? '' : path;
    this.#serves = serves;
  }

  /** Those that it is made for, up to now. It counts for the first. */
  get serves(): readonly Served[] {
    return this.#serves();
  }

  /** The names of the parameters in its address: those of its template, and those of its query. */
  get parameters(): string[] {
    return [...this.#address.keys()];
  }

  /** The fields that it asks for, where the API has a parameter for them: names of the API's own. */
  get fields(): string[] | undefined {
    return this.#address.get(this.#fieldsParameter ?? '')?.split(',');
  }

  /** The parameters with their values; undefined unless all data is made up. */
  get values(): Record<string, string> | undefined {
    return this.#keepsValues ? Object.fromEntries(this.#address) : undefined;
  }

  end(status: CallStatus): void {
    this.ms = performance.now() - this.sentAt;
    this.status = status;
  }

  get #address(): Map<string, string> {
    if (this.#path === '') return new Map();
    const [path = '', query] = this.#path.split('?');
    const segments = path.split('/');
    const inPath = this.route
      .split('/')
      .map((part, index): [string, string] => [part, decodeURIComponent(segments[index] ?? '')])
      .filter(([part]) => part.startsWith('{'))
      .map(([part, value]): [string, string] => [part.slice(1, -1), value]);
    return new Map([...inPath, ...new URLSearchParams(query)]);
  }
}
