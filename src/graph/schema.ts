import { specifiedDirectives } from 'graphql';
import './resources/index.ts';
// After the resources: what only routers use comes last in the documentation.
import './federation/entities.ts';
import './federation/service.ts';
import { builder } from './builder.ts';
import { INCREMENTAL_DIRECTIVES } from './incremental-directives.ts';

/** The graph, with every resource in it; fields, arguments and values stand in the order in which they were declared. */
export const schema = builder.toSchema({
  sortSchema: false,
  directives: [...specifiedDirectives, ...INCREMENTAL_DIRECTIVES],
});
