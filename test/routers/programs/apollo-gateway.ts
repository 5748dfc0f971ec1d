import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { announce } from './listen.ts';

/** `apollo-gateway.ts <supergraph> <secret>`: serves a supergraph; the secret is for the gateway behind it. */
const [file = '', secret = ''] = process.argv.slice(2);

/** What of a request goes on to the subgraphs. */
const PASSED_ON = ['authorization', 'traceparent', 'tracestate'] as const;

interface Context {
  headers: Record<string, string>;
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(file, 'utf8'),
  buildService: ({ name, url }) =>
    new RemoteGraphQLDataSource<Context>({
      ...(url && { url }),
      willSendRequest({ request, context }) {
        // A call that no request is behind, such as a health check, has an empty context.
        const { headers = {} } = context as Partial<Context>;
        for (const [header, value] of Object.entries(headers)) request.http?.headers.set(header, value);
        if (name === 'hood-sor') request.http?.headers.set('x-gateway-secret', secret);
      },
    }),
});

const server = new ApolloServer<Context>({ gateway, includeStacktraceInErrorResponses: false });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) => ({
    headers: Object.fromEntries(
      PASSED_ON.flatMap((header) => {
        const value = req.headers[header];
        return typeof value === 'string' ? [[header, value]] : [];
      }),
    ),
  }),
});
announce(new URL(url).origin);
