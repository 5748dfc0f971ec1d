import type { Caller } from '../client/caller.ts';

/** So many failures of different questions, without a success between them, open it. */
const FAILS_AT = 10;

/** So many callers whose questions failed close it for the others, too. */
const ALL_AT = 3;

/** How long after a probe the next one may go, whatever has become of it, in milliseconds. */
const PROBE_AFTER_MS = 1_000;

/** What has failed, for the log. */
export interface Failures {
  /** The latest kind: a status, or the transport's own name for it. */
  readonly kind: string;
  /** How many there were without a success between them. */
  readonly failures: number;
  /** How many calls were refused since then. */
  readonly refused: number;
}

/** Called when calls begin to be refused, and when they no longer are; without a `route` it is about the host. */
export type OnChange = (isOpen: boolean, route: string | undefined, failures: Failures) => void;

/**
 * Whether calls may be made: all while closed; while open one a second, the probe. Any success closes it. It is open for
 * those whose own questions have failed, so that nobody can close an API to others; and for all once three callers
 * have found it failing.
 */
export class Circuit {
  readonly #onChange: OnChange;
  readonly #route: string | undefined;
  readonly #questions = new Set<unknown>();
  /** By name. */
  readonly #callers = new Set<string | undefined>();
  #failures = { kind: '', failures: 0, refused: 0 };
  /** Undefined while closed. */
  #nextProbeAt: number | undefined;

  constructor(onChange: OnChange, route?: string) {
    this.#onChange = onChange;
    this.#route = route;
  }

  get isOpen(): boolean {
    return this.#nextProbeAt !== undefined;
  }

  /** Whether a call may be made now; where it is open for the caller, that call is the probe. */
  admits(mayProbe: boolean, caller?: Caller): boolean {
    if (this.#nextProbeAt === undefined) return true;
    if (this.#callers.size < ALL_AT && !this.#callers.has(caller?.name)) return true;
    const now = performance.now();
    const isProbe = mayProbe && now >= this.#nextProbeAt;
    if (isProbe) this.#nextProbeAt = now + PROBE_AFTER_MS;
    else this.#failures.refused += 1;
    return isProbe;
  }

  succeeded(): void {
    const { isOpen } = this;
    const failures = this.#failures;
    this.#nextProbeAt = undefined;
    this.#questions.clear();
    this.#callers.clear();
    this.#failures = { kind: '', failures: 0, refused: 0 };
    if (isOpen) this.#onChange(false, this.#route, failures);
  }

  failed(question: unknown, kind: string, caller?: Caller): void {
    this.#callers.add(caller?.name);
    this.#failures.kind = kind;
    this.#failures.failures += 1;
    if (this.isOpen || this.#questions.add(question).size < FAILS_AT) return;
    this.#nextProbeAt = performance.now() + PROBE_AFTER_MS;
    this.#onChange(true, this.#route, this.#failures);
  }
}
