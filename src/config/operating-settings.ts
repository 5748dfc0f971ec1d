import { choice, words } from './setting-kinds.ts';
import { TELEMETRY_VARIABLES } from './telemetry-settings.ts';

/** The settings about what is seen of the gateway, and what is added to it. */
export const OPERATING_VARIABLES = {
  LOG_LEVEL: choice('silent', 'error', 'warn', 'info', 'debug')
    .prefault('info')
    .describe(
      'The least severe lines to log. `info` has one line for each operation, `debug` also one for each call. The log is JSON, one object a line; on a terminal it is plain text.',
    ),
  ...TELEMETRY_VARIABLES,
  PLUGINS: words
    .default([])
    .describe(
      'Plugins for GraphQL Yoga to load: files, written `./mine.ts` from the working directory or as absolute paths, or packages that are installed beside the gateway; several are separated by commas. Whoever sends usage reports or traces of Apollo sets it: [Plugins](plugins.md).',
    ),
} as const;
