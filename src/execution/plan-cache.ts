import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { numberOf, partsOf } from './document-parts.ts';
import { planned } from './plan.ts';
import type { OperationPlan } from './planned-field.ts';

/** The most tokens of all documents whose plans are kept, counted for each plan. A plan takes some 200 bytes a token. */
const MOST_TOKENS = 250_000;
/** A plan of a few tokens takes 10 kB, its document with it. */
const MOST_PLANS = 1_000;

/**
 * Plans of documents, those that were asked for last. A document has several plans if it has conditions, or callers with
 * several sets of scopes, who each have a schema.
 */
export class PlanCache {
  readonly #plans = new LRUCache<string, OperationPlan>({ max: MOST_PLANS, maxSize: MOST_TOKENS });

  /** The plan of an operation. */
  planOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): OperationPlan {
    const { fragments, conditions: names } = partsOf(document);
    const conditions = Object.fromEntries(names.map((name) => [name, variables[name]]));
    const key = `${numberOf(schema)} ${numberOf(document)} ${operation.name?.value} ${Object.values(conditions).join()}`;
    let plan = this.#plans.get(key);
    if (!plan) {
      plan = planned(schema, operation, fragments, conditions);
      this.#plans.set(key, plan, { size: document.tokenCount ?? 1 });
    }
    return plan;
  }
}
