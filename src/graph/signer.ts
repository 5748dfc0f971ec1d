/** Of one text (HMAC-SHA-256), by each secret in force. The first is given out; all are accepted, for rotations. */
export type Signatures = readonly [Buffer, ...Buffer[]];

/** Signs for one purpose. */
export type Signer = (text: string) => Signatures;

/** Hides texts from all who see them on their way. What was not closed by it, or is too old, is not opened. */
export interface Seal {
  close(text: string): Promise<string>;
  open(token: string): Promise<string | undefined>;
}
