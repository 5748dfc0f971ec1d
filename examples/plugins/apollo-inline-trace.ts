/**
 * Gives a router of Apollo the time of each field: `npm install @graphql-yoga/plugin-apollo-inline-trace`, then
 * `PLUGINS=./examples/plugins/apollo-inline-trace.ts`. Only requests with `apollo-federation-include-trace: ftv1` pay.
 */
import { useApolloInlineTrace } from '@graphql-yoga/plugin-apollo-inline-trace';

// Messages of errors may quote what a caller has sent.
export default useApolloInlineTrace({
  rewriteError: ({ path }) => Object.assign(new Error('masked'), { path }) as never,
});
