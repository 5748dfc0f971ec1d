import { CircuitState, type IBreaker } from 'cockatiel';

/** How long calls are refused before one may try, in milliseconds; doubled with every try that fails. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

/** After so many milliseconds a try without an outcome, such as a long upload, no longer holds up the next one. */
const LONGEST_PROBE_MS = 30_000;

/**
 * Whether calls may be made: all while closed, none while open, and one at a time, the probe, once a pause is over.
 * The outcome of the probe closes it again or begins another pause. The counting is cockatiel's; its own policy lets
 * callers wait for a probe's outcome, past their deadlines, and takes a probe whose caller left for a good one.
 */
export class Circuit {
  readonly #counts: IBreaker;
  readonly #onChange: (isOpen: boolean) => void;
  #pauseMs = FIRST_PAUSE_MS;
  /** When the next probe may go; `undefined` while closed. */
  #nextProbeAt: number | undefined;
  #probe: object | undefined;

  /** `counts` says when to open. `onChange` is called then and when it closes, not for probes that fail. */
  constructor(counts: IBreaker, onChange: (isOpen: boolean) => void) {
    this.#counts = counts;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#nextProbeAt !== undefined;
  }

  /** For how many more milliseconds calls are refused; 0 when the next one may be made. */
  get refusesForMs(): number {
    return this.#nextProbeAt === undefined ? 0 : Math.max(0, this.#nextProbeAt - performance.now());
  }

  /** Makes the call the probe, if it is open; others are refused until that is over. `deadline` is the call's. */
  enter(call: object, deadline: number): void {
    if (this.#nextProbeAt === undefined) return;
    this.#probe = call;
    this.#nextProbeAt = Math.min(deadline, performance.now() + LONGEST_PROBE_MS);
  }

  /** The call is over. If it was the probe and has shown nothing, the next call is one. */
  leave(call: object): void {
    if (this.#probe !== call) return;
    this.#probe = undefined;
    this.#nextProbeAt = performance.now();
  }

  succeeded(call: object): void {
    if (this.#nextProbeAt === undefined) {
      this.#counts.success(CircuitState.Closed);
    } else if (this.#probe === call) {
      this.#counts.success(CircuitState.HalfOpen);
      this.#probe = undefined;
      this.#nextProbeAt = undefined;
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#onChange(false);
    }
  }

  failed(call: object): void {
    if (this.#nextProbeAt !== undefined) {
      this.probeFailed(call);
    } else if (this.#counts.failure(CircuitState.Closed)) {
      this.#nextProbeAt = performance.now() + this.#pauseMs;
      this.#onChange(true);
    }
  }

  /** It failed in a way that does not count here, but shows that the probe did not succeed. */
  probeFailed(call: object): void {
    if (this.#probe !== call) return;
    this.#probe = undefined;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#nextProbeAt = performance.now() + this.#pauseMs;
  }
}
