import { duration, timeout, wholeNumber } from './setting-kinds.ts';

/** The settings about connections with clients, and how they end; `VARIABLES` has them all. */
export const CONNECTION_VARIABLES = {
  CLIENT_TIMEOUT: timeout
    .prefault('15s')
    .describe(
      'How long a client that sends a file, or has an answer to take, may stand still until it is cut. Each byte makes up for 4 ms, so a client must move 250 bytes a second.',
    ),
  KEEP_ALIVE_TIMEOUT: timeout
    .prefault('75s')
    .describe(
      'How long a connection stays open without a request. It must be longer than the balancer in front keeps its own: whoever runs one that keeps them for longer than a minute sets it.',
    ),
  MAX_SUBSCRIPTIONS: wholeNumber(0, 1_000_000)
    .prefault('1000')
    .describe(
      'How many subscriptions may be open. Others are refused with status 503. No caller but a router may have more than a tenth of them: it is refused with 429.',
    ),
  DRAIN_DELAY: duration
    .optional()
    .describe(
      'How long everything is still served after SIGTERM, while `/ready` answers 503: longer than the balancer needs to see that. When unset: `5s`, or `0s` on an address of loopback.',
    ),
  DRAIN_TIMEOUT: timeout
    .prefault('30s')
    .describe('How long requests may take after that to be answered; what is left is cut.'),
} as const;
