import type { Config } from './config.ts';
import type { Api } from './http/client/api.ts';
import type { Rate } from './setting-kinds.ts';
import { HOOD } from './sources/hood/api.ts';
import { SOR } from './sources/sor/api.ts';

/** The account that the gateway has at an API, as the settings describe it. */
export interface Account {
  readonly api: Api;
  readonly limits: Rate | 'none';
  readonly origin: string;
  /** The same text for all replicas that call for this account; undefined without a credential. */
  readonly owner: string | undefined;
  readonly access: Access;
}

/** How an API is opened. */
export type Access =
  | { kind: 'token'; authorization: string }
  | { kind: 'login'; email: string; password: string }
  /** It cannot be; `remedy` says which settings to make. */
  | { kind: 'missing'; remedy: string };

export function hoodAccount({ HOOD_URL, HOOD_RATE, HOOD_TOKEN }: Config): Account {
  const access: Access = HOOD_TOKEN
    ? { kind: 'token', authorization: `Bearer ${HOOD_TOKEN}` }
    : { kind: 'missing', remedy: 'set HOOD_TOKEN' };
  return { api: HOOD, limits: HOOD_RATE, origin: HOOD_URL, owner: HOOD_TOKEN, access };
}

export function sorAccount(config: Config): Account {
  const { SOR_URL, SOR_RATE, SOR_TOKEN, SOR_EMAIL } = config;
  return {
    api: SOR,
    limits: SOR_RATE,
    origin: SOR_URL,
    owner: SOR_TOKEN ?? SOR_EMAIL,
    access: sorAccess(config),
  };
}

function sorAccess({ SOR_TOKEN, SOR_EMAIL: email, SOR_PASSWORD: password }: Config): Access {
  if (SOR_TOKEN) return { kind: 'token', authorization: `Token ${SOR_TOKEN}` };
  if (email && password) return { kind: 'login', email, password };
  return { kind: 'missing', remedy: 'set SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD' };
}
