import { defineConfig } from '@graphql-hive/gateway';

/** As its command sets it up; only the port and the composed schema are named there. */
export const gatewayConfig = defineConfig({});
