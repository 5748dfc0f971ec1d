import { memoize1 } from '@graphql-tools/utils';
import { type DocumentNode, type FragmentDefinitionNode, Kind, visit } from 'graphql';

/** What of a document is the same for all of its operations. */
export interface DocumentParts {
  /** By their names. */
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables that its directives read: they decide on what is selected, and what of it comes later. */
  readonly conditions: readonly string[];
}

/** The parts of a document, which is gone through once. */
export const partsOf = memoize1((document: DocumentNode): DocumentParts => {
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

let count = 0;

/** A number that no other object of this process has, to name in a key what is kept of it. */
export const numberOf = memoize1((_of: object): number => {
  count += 1;
  return count;
});
