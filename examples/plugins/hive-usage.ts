/**
 * Reports to Hive which fields are used by whom, without variables: `npm install @graphql-hive/yoga`, then
 * `PLUGINS=./examples/plugins/hive-usage.ts`.
 * `HIVE_TOKEN` begins with `hvo1/`, `HIVE_TARGET` is `organization/project/target`.
 */
import { useHive } from '@graphql-hive/yoga';

const { HIVE_TOKEN = '', HIVE_TARGET = '', HIVE_USAGE_ENDPOINT } = process.env;

export default () =>
  useHive({
    enabled: HIVE_TOKEN !== '',
    token: HIVE_TOKEN,
    printTokenInfo: false,
    usage: {
      target: HIVE_TARGET,
      ...(HIVE_USAGE_ENDPOINT && { endpoint: HIVE_USAGE_ENDPOINT }),
      clientInfo: ({ request }: { request: Request }) => {
        const name = request.headers.get('apollographql-client-name') ?? request.headers.get('x-client-name');
        return name ? { name, version: request.headers.get('apollographql-client-version') ?? 'unknown' } : null;
      },
    },
  });
