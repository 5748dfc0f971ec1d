import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { OperationPlan } from './plan.ts';

/** How many plans one document may have; the rest of its combinations are planned anew each time. */
const MOST_PLANS = 16;
/** The most tokens of all documents whose plans are kept, counted for each plan. A plan takes some 200 bytes a token. */
const MOST_TOKENS = 250_000;

/** What planning needs to know of a document. */
interface PlannableDocument {
  fragments: Record<string, FragmentDefinitionNode>;
  /** The variables that `@skip` and `@include` read. */
  conditions: readonly string[];
  plans: Map<string, OperationPlan>;
}

/**
 * Plans of documents, kept no longer than the documents themselves. All are dropped when they become too many: one
 * document may have several, and those that are asked for are soon made again.
 */
export class PlanCache {
  #documents = new WeakMap<DocumentNode, PlannableDocument | 'other'>();
  #tokens = 0;

  /** The plan of an operation; undefined for what only a full executor can do. A document has one schema. */
  planOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): OperationPlan | undefined {
    const known = this.#examined(document);
    if (known === 'other' || operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined;

    const conditions = Object.fromEntries(known.conditions.map((name) => [name, variables[name]]));
    const key = `${operation.name?.value} ${Object.values(conditions).join()}`;
    let plan = known.plans.get(key);
    if (!plan) {
      plan = new OperationPlan(schema, operation, known.fragments, conditions);
      if (known.plans.size < MOST_PLANS) {
        known.plans.set(key, plan);
        this.#count(document);
      }
    }
    return plan;
  }

  #count({ tokenCount = 0 }: DocumentNode): void {
    this.#tokens += tokenCount;
    if (this.#tokens <= MOST_TOKENS) return;
    this.#documents = new WeakMap();
    this.#tokens = 0;
  }

  #examined(document: DocumentNode): PlannableDocument | 'other' {
    let known = this.#documents.get(document);
    if (!known) {
      known = examine(document);
      this.#documents.set(document, known);
    }
    return known;
  }
}

/** Of directives only `@skip` and `@include` are understood. */
function examine(document: DocumentNode): PlannableDocument | 'other' {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const conditions = new Set<string>();
  let isOrdinary = true;
  visit(document, {
    FragmentDefinition(node) {
      fragments[node.name.value] = node;
    },
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') isOrdinary = false;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return isOrdinary ? { fragments, conditions: [...conditions], plans: new Map() } : 'other';
}
