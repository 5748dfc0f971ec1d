import type { Caller } from '../client/call-options.ts';

/** So many failures of different questions, without a success between them, open it. */
const FAILS_AT = 10;

/** Of them at most so many are one other caller's, so that two or three cannot close an API to somebody else. */
const FAILS_OF_OTHER = 3;

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
 * Whether calls may be made: all while closed; while open one a second, the probe. Any success closes it. It opens for
 * each caller by that caller's own failures and a few of each other one's.
 */
export class Circuit {
  readonly #onChange: OnChange;
  readonly #route: string | undefined;
  /** The questions that failed, each with the name of the caller for whom it did so first. */
  readonly #questions = new Map<unknown, string | undefined>();
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
    if (!this.#isOpenFor(caller?.name)) return true;
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
    this.#failures = { kind: '', failures: 0, refused: 0 };
    if (isOpen) this.#onChange(false, this.#route, failures);
  }

  failed(question: unknown, kind: string, caller?: Caller): void {
    const name = caller?.name;
    this.#failures.kind = kind;
    this.#failures.failures += 1;
    // Whoever it is open for already adds nothing, so that there is little to remember.
    if (this.#isOpenFor(name) || this.#questions.has(question)) return;
    this.#questions.set(question, name);
    if (this.isOpen || !this.#questions.values().some((each) => this.#isOpenFor(each))) return;
    this.#nextProbeAt = performance.now() + PROBE_AFTER_MS;
    this.#onChange(true, this.#route, this.#failures);
  }

  #isOpenFor(name: string | undefined): boolean {
    let failures = 0;
    for (const [each, { length }] of Map.groupBy(this.#questions.values(), (caller) => caller)) {
      failures += each === name ? length : Math.min(length, FAILS_OF_OTHER);
    }
    return failures >= FAILS_AT;
  }
}
