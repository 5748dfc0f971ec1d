import type { Config } from './config/config.ts';
import type { Rate } from './config/setting-kinds.ts';
import type { Api } from './http/client/api.ts';
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

/** How an API is opened. What it holds may change while the process runs. */
export type Access =
  | { kind: 'token'; readonly authorization: string }
  | { kind: 'login'; readonly email: string; readonly password: string }
  /** It cannot be; `remedy` says which settings to make. */
  | { kind: 'missing'; remedy: string };

export function hoodAccount(config: Config): Account {
  const { HOOD_URL, HOOD_RATE, HOOD_TOKEN } = config;
  const access: Access = HOOD_TOKEN
    ? tokenAccess(() => `Bearer ${config.HOOD_TOKEN}`)
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

function sorAccess(config: Config): Access {
  if (config.SOR_TOKEN) return tokenAccess(() => `Token ${config.SOR_TOKEN}`);
  if (config.SOR_EMAIL) {
    return {
      kind: 'login',
      get email() {
        return config.SOR_EMAIL ?? '';
      },
      get password() {
        return config.SOR_PASSWORD ?? '';
      },
    };
  }
  return { kind: 'missing', remedy: 'set SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD' };
}

function tokenAccess(current: () => string): Access {
  return {
    kind: 'token',
    get authorization() {
      return current();
    },
  };
}
