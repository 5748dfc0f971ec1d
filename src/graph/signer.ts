/** Of one text (HMAC-SHA-256), by each secret in force. The first is given out; all are accepted, for rotations. */
export type Signatures = readonly [Buffer, ...Buffer[]];

/** Signs for one purpose. */
export type Signer = (text: string) => Signatures;
