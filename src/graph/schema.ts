import './resources/index.ts';
import { builder } from './builder.ts';

/** The graph, with every resource in it; fields, arguments and values stand in the order in which they were declared. */
export const schema = builder.toSchema({ sortSchema: false });
