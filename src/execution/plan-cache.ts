import { memoize1 } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { planned } from './plan.ts';
import type { OperationPlan } from './planned-field.ts';

/** The most tokens of all documents whose plans are kept, counted for each plan. A plan takes some 200 bytes a token. */
const MOST_TOKENS = 250_000;
/** A plan of a few tokens takes 10 kB, its document with it. */
const MOST_PLANS = 1_000;

/** What planning needs to know of a document. */
interface PlannableDocument {
  fragments: Record<string, FragmentDefinitionNode>;
  /** The variables that its directives read. */
  conditions: readonly string[];
}

/**
 * Plans of documents, those that were asked for last. A document has several plans if it has conditions, or callers with
 * several sets of scopes, who each have a schema.
 */
export class PlanCache {
  #count = 0;
  readonly #numberOf = memoize1((_of: GraphQLSchema | DocumentNode) => ++this.#count);
  readonly #plans = new LRUCache<string, OperationPlan>({ max: MOST_PLANS, maxSize: MOST_TOKENS });

  /** The plan of an operation. */
  planOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): OperationPlan {
    const known = examined(document);
    const conditions = Object.fromEntries(known.conditions.map((name) => [name, variables[name]]));
    const key = `${this.#numberOf(schema)} ${this.#numberOf(document)} ${operation.name?.value} ${Object.values(conditions).join()}`;
    let plan = this.#plans.get(key);
    if (!plan) {
      plan = planned(schema, operation, known.fragments, conditions);
      this.#plans.set(key, plan, { size: document.tokenCount ?? 1 });
    }
    return plan;
  }
}

const examined = memoize1((document: DocumentNode): PlannableDocument => {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const conditions = new Set<string>();
  visit(document, {
    FragmentDefinition(node) {
      fragments[node.name.value] = node;
    },
    Directive({ arguments: given = [] }) {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return { fragments, conditions: [...conditions] };
});
