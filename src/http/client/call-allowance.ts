/** How many calls an operation may still make. Whoever makes one takes it before it is sent. */
export interface CallAllowance {
  /** How many there were at first. */
  readonly limit: number;
  /** Whether there was one left, which is then taken. */
  take(): boolean;
}

/** An allowance of so many calls; retries, log-ins and taking refused lists apart need none of them. */
export function callAllowance(limit: number): CallAllowance {
  let left = limit;
  return { limit, take: () => left > 0 && left-- > 0 };
}
