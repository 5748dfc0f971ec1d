import { apis, choice, duration, httpUrl, list, share, timeout, wholeNumber } from './setting-kinds.ts';

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

/** The settings about what is seen of the gateway, and what is added to it. */
export const OPERATING_VARIABLES = {
  LOG_LEVEL: choice('silent', 'error', 'warn', 'info', 'debug')
    .prefault('info')
    .describe(
      'The least severe lines to log. `info` has one line for each operation, `debug` also one for each call. The log is JSON, one object a line; on a terminal it is plain text.',
    ),
  METRICS_PORT: wholeNumber(0, 65_535)
    .optional()
    .describe(
      'A port of its own for `/metrics`, on the same `HOST`, for whoever can reach it: whoever runs Prometheus sets it. When unset `/metrics` is on `PORT`, for this machine alone.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl('http://collector:4318')
    .optional()
    .describe(
      'Where spans go, by OTLP over HTTP: whoever runs a collector sets it. When unset none are sent. [Traces](operations.md#traces) says which other `OTEL_` variables count.',
    ),
  OTEL_TRACES_SAMPLER: choice(
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  )
    .prefault('parentbased_always_on')
    .describe('Which traces are sent. `parentbased_` follows the caller, if it says.'),
  OTEL_TRACES_SAMPLER_ARG: share.prefault('1').describe('The part of all traces that `traceidratio` sends.'),
  TRACE_UPSTREAM: apis
    .default([])
    .describe(
      'The APIs that get the header `traceparent` with each call. Set it if you trace there as well; it names no person.',
    ),
  PLUGINS: list
    .refine((names) => !names.includes(''), 'must be files or packages, separated by commas')
    .default([])
    .describe(
      'Plugins for GraphQL Yoga to load: files, written `./mine.ts` from the working directory or as absolute paths, or packages that are installed beside the gateway; several are separated by commas. Whoever sends usage reports or traces of Apollo sets it: [Plugins](plugins.md).',
    ),
} as const;
