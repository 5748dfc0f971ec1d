/** Whoever operations come from: scarce calls and places are shared evenly between callers. */
export interface Caller {
  /** Stable and unique; never a credential. */
  readonly name: string;
  /** Whether it stands for others, whom it may name: it is one caller until then. */
  readonly isRouter: boolean;
}
