import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { type Fragments, fragmentsIn, type PricedField, pricedFields } from './priced-fields.ts';

/** How many combinations of what `@skip` and `@include` leave in are kept for a document. */
const MOST_KEPT = 16;

interface PricedDocument {
  fragments: Fragments;
  /** The variables of `@skip` and `@include`. */
  conditions: readonly string[];
  fields: Map<string, readonly PricedField[]>;
}

const documents = new WeakMap<DocumentNode, PricedDocument>();

/** What of an operation can cost anything, found out once for its document: only arguments differ from then on. */
export function pricedOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): { fragments: Fragments; fields: readonly PricedField[] } {
  const known = documents.get(document) ?? read(document);
  documents.set(document, known);
  const { fragments, conditions } = known;
  const key = `${operation.name?.value} ${conditions.map((name) => variables[name])}`;
  let fields = known.fields.get(key);
  if (!fields) {
    fields = pricedFields(schema, operation, fragments, variables);
    if (known.fields.size < MOST_KEPT) known.fields.set(key, fields);
  }
  return { fragments, fields };
}

function read(document: DocumentNode): PricedDocument {
  const conditions = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return { fragments: fragmentsIn(document), conditions: [...conditions], fields: new Map() };
}
