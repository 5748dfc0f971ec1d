import { builder } from '../builder.ts';
import { subgraphText } from './subgraph-text.ts';

const Service = builder.objectRef<{ sdl: string }>('_Service').implement({
  description: 'This graph as part of a supergraph.',
  fields: (t) => ({
    sdl: t.exposeString('sdl', {
      nullable: false,
      description: 'The schema as a router composes it, with the directives of federation.',
    }),
  }),
});

/** Printed when first asked for, of the one schema that there is. */
let sdl: string | undefined;

builder.queryField('_service', (t) =>
  t.field({
    type: Service,
    nullable: false,
    description: 'For routers of a supergraph: what this graph has to offer them.',
    resolve: (_root, _args, _context, { schema }) => {
      sdl ??= subgraphText(schema, 'core');
      return { sdl };
    },
  }),
);
