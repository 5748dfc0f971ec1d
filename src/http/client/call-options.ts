/** Interactive calls have somebody waiting for them; background calls take only what those leave. */
export type Priority = 'interactive' | 'background';

/**
 * What a call repeats: a question that failed, one that failed although its route answered others (an offender), or a
 * part of a call that failed. Each is made once, and its failure is reported by whoever makes it. A part draws on what is
 * left for retries.
 */
export type Repetition = 'question' | 'offender' | 'part';

/** How long somebody waits for a call, and on whose account it goes. */
export interface CallOptions extends Owner {
  /** Ends the call. A `TimeoutError` as its reason counts as the API's timeout, any other as the caller's leaving. */
  readonly signal?: AbortSignal | undefined;
  /** When the answer is no longer of use, in `performance.now()` milliseconds. It may move on as others join. */
  readonly deadline?: number | undefined;
  /** Calls back with all others who wait for it, now and whenever one joins, until what it returns is called. */
  readonly onJoin?: ((joined: (owner: Owner) => void) => () => void) | undefined;
  /** `interactive` unless set. */
  readonly priority?: Priority | undefined;
  /** Whether what an API says of a call about people that failed is not for its caller. */
  readonly hidesReasons?: boolean;
  /** What its calls are taken from; unlimited unless set. */
  readonly allowance?: CallAllowance | undefined;
  /** What its calls repeat, where that is a call of several lists. */
  readonly repeats?: Repetition | undefined;
  /** All that it is made for, where that is not `operation` alone; it counts for the first. */
  readonly serves?: (() => readonly Served[]) | undefined;
  /** Called when it has its turn to be sent. */
  readonly onTurn?: (() => void) | undefined;
}

/** How many calls an operation may still make. Whoever makes one takes it before it is sent. */
export interface CallAllowance {
  /** How many there were at first. */
  readonly limit: number;
  /** Whether there was one left, which is then taken. */
  take(): boolean;
}

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
