import { readFileSync } from 'node:fs';
import { composeServices as composeByApollo } from '@apollo/composition';
import { composeServices as composeByTheGuild } from '@theguild/federation-composition';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { parse } from 'graphql';

/** `compose.ts <composer> <file>`: composes each list of subgraphs in a JSON file, and prints what came out of each. */
const [composer = '', file = ''] = process.argv.slice(2);

interface Subgraph {
  name: string;
  url: string;
  text: string;
}

interface Composition {
  supergraph?: string | undefined;
  errors: string[];
  hints: string[];
}

const lists: Subgraph[][] = JSON.parse(readFileSync(file, 'utf8'));

const servicesOf = (subgraphs: Subgraph[]) =>
  subgraphs.map(({ name, url, text }) => ({ name, url, typeDefs: parse(text) }));

const COMPOSERS: Record<string, (services: ReturnType<typeof servicesOf>) => Composition> = {
  '@apollo/composition'(services) {
    const { supergraphSdl, errors = [], hints = [] } = composeByApollo(services);
    return { supergraph: supergraphSdl, errors: errors.map(String), hints: hints.map(String) };
  },
  '@theguild/federation-composition'(services) {
    const { supergraphSdl, errors = [] } = composeByTheGuild(services);
    return { supergraph: supergraphSdl, errors: errors.map(String), hints: [] };
  },
  '@wundergraph/composition'(services) {
    const result = federateSubgraphs({
      subgraphs: services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
      version: ROUTER_COMPATIBILITY_VERSION_ONE,
      options: {},
    });
    // Its router reads no supergraph, but a configuration made from all of this.
    const errors = result.success ? [] : result.errors.map(({ message }) => message);
    return { errors, hints: result.warnings.map(({ message }) => message) };
  },
};

process.stdout.write(JSON.stringify(lists.map((subgraphs) => COMPOSERS[composer]?.(servicesOf(subgraphs)))));
