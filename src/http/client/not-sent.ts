/** Thrown by `headers` when an attempt must not go out as it stands: its place is given back, and a guard may send again. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  readonly code = 'NOT_SENT';
}
