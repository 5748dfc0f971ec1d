import type { Composer } from './composition.ts';

/** How a router is started, and judged. */
export interface Router {
  judge: string;
  program: readonly [name: string, ...args: string[]];
  composer: Composer;
  /** Whether it takes server-sent events of a subgraph. */
  carriesEvents: boolean;
  /** The operations of the corpus that it answers in its own way, each with a sentence about it. */
  differs: Readonly<Record<string, string>>;
}

const HIVE_CHECKS_VARIABLES =
  'It refuses a variable of the wrong shape itself, as two values where `@oneOf` takes one, and without a `code`.';

/** Every router: its package, its program with arguments, and whose supergraph it is given. */
export const ROUTERS = {
  'Apollo Gateway': {
    judge: '@apollo/gateway',
    program: ['apollo-gateway'],
    composer: '@apollo/composition',
    carriesEvents: false,
    differs: {
      'import-attribute-values': 'It passes no files on: those go straight to this gateway.',
      'set-two-values-at-once':
        'It does not know `@oneOf`, so that this gateway refuses two values: with its own error, and null for the field instead of for `data`.',
    },
  },
  'Hive Gateway': {
    judge: '@graphql-hive/gateway-runtime',
    program: ['hive-gateway', 'JavaScript'],
    composer: '@theguild/federation-composition',
    carriesEvents: true,
    differs: { 'set-two-values-at-once': HIVE_CHECKS_VARIABLES },
  },
  'Hive Gateway with the planner in Rust': {
    judge: '@graphql-hive/router-query-planner',
    program: ['hive-gateway', 'Rust'],
    composer: '@theguild/federation-composition',
    carriesEvents: true,
    differs: { 'set-two-values-at-once': HIVE_CHECKS_VARIABLES },
  },
} as const satisfies Record<string, Router>;

export type RouterName = keyof typeof ROUTERS;

/** What the routers send the gateway in `x-gateway-secret`. */
export const ROUTER_SECRET = 'the-secret-of-the-routers';
