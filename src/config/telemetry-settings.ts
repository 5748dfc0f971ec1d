import { apis, choice, httpUrl, share, wholeNumber } from './setting-kinds.ts';

/** The settings of metrics and traces; `VARIABLES` has them all. */
export const TELEMETRY_VARIABLES = {
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
} as const;
