import type { Api } from './api.ts';
import type { CallOptions, Served } from './call-options.ts';
import type { Flight, WaitReason } from './flight.ts';
import type { UpstreamError } from './upstream-error.ts';

/** How an attempt ended: the status of its answer, or what was there instead of one. */
export type CallStatus =
  | number
  | 'timeout'
  | 'reset'
  | 'refused_connection'
  | 'unreachable'
  | 'unreadable'
  | 'cancelled';

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
  constructor(flight: Flight, waitedMs: number, { name, fieldsParameter }: Api, keepsValues = false) {
    const { method, route, path, isGiven, attempts, waitedFor, keys, serves, body } = flight;
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

/** What an operation got without a call of its own. */
export interface ReadRecord {
  readonly api: string;
  /** The template of the route that would have been called. */
  readonly route: string;
  readonly resource: string;
  /**
   * `kept` and `stale`: from the cache, the latter older than it should be; `missed`: looked for there in vain. `joined`:
   * by a call that was under way for the same. `batched`: along with others, in a call that is theirs.
   */
  readonly from: 'kept' | 'stale' | 'missed' | 'joined' | 'batched';
  /** Those that it is for. */
  readonly serves: readonly Pick<CallOptions, 'operation'>[];
}

/** Notified of what becomes of calls. Its methods must not throw. */
export interface CallObserver {
  /** An attempt is sent now. Headers that it returns go with it. */
  sent?(call: CallRecord): Readonly<Record<string, string>> | undefined;
  /** That attempt is over. */
  ended?(call: CallRecord): void;
  read?(read: ReadRecord): void;
  /** A call failed, after so many attempts; not for those whose caller went away. */
  failed?(error: UpstreamError, attempts: number): void;
}
