import { readFileSync } from 'node:fs';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { listen } from './listen.ts';

/** `hive-gateway.ts <supergraph> <secret> <planner>`: serves a supergraph; the planner is `JavaScript` or `Rust`. */
const [file = '', secret = '', planner = ''] = process.argv.slice(2);

/** What of a request goes on to the subgraphs; the last one stands for a preflight where a file is sent. */
const PASSED_ON = ['authorization', 'traceparent', 'tracestate', 'x-graphql-upload'];

const gateway = createGatewayRuntime({
  supergraph: readFileSync(file, 'utf8'),
  ...(planner === 'Rust' && { unifiedGraphHandler }),
  multipart: true,
  logging: false,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request, subgraphName }) => ({
      ...Object.fromEntries(PASSED_ON.map((header) => [header, request.headers.get(header)])),
      ...(subgraphName === 'hood-sor' && { 'x-gateway-secret': secret }),
    }),
  },
});

listen(gateway);
