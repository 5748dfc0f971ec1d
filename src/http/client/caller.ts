/** Whoever operations come from: scarce calls and places are shared evenly between callers. */
export interface Caller {
  /** Stable and unique; never a credential. */
  readonly name: string;
  /** Whether it stands for others, whom it may name: it is one caller until then. */
  readonly isRouter: boolean;
}

/** On whose account a call goes. Without a caller it is of one of its own, and without an operation likewise. */
export interface Owner {
  /** Scarce calls are shared evenly between callers. */
  readonly caller?: Caller | undefined;
  /** What the caller makes it for: what a caller gets is shared evenly between its operations. */
  readonly operation?: object | undefined;
}

/** Somebody who waits for a call: an operation, and since when, in `performance.now()` milliseconds. */
export interface Served {
  readonly operation: object | undefined;
  readonly since: number;
}
