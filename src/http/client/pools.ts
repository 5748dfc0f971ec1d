import { Pool } from 'undici';

const POOL_DEFAULTS: Pool.Options = {
  connectTimeout: 3_000,
  headersTimeout: 10_000,
  bodyTimeout: 10_000,
  // Ten calls a second gain nothing from HTTP/2, and one cut connection would fail them all.
  allowH2: false,
};

/** A server may close an idle connection just as a write is sent: nobody could tell whether it was carried out. */
const HARDLY_IDLE: Pool.Options = { keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000 };

/** Connections to one host. Files may take as long as a caller needs, so they keep no connection from others. */
export type Pools = Record<'reads' | 'writes' | 'files', Pool>;

export function openPools(origin: string, options?: Pool.Options): Pools {
  const pool = { ...POOL_DEFAULTS, ...options };
  return {
    reads: new Pool(origin, pool),
    writes: new Pool(origin, { ...pool, ...HARDLY_IDLE }),
    files: new Pool(origin, { ...pool, ...HARDLY_IDLE }),
  };
}
