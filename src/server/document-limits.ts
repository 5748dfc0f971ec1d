import { memoize1 } from '@graphql-tools/utils';
import { type DocumentNode, type FieldNode, GraphQLError, Kind, print, type SelectionSetNode, visit } from 'graphql';
import { type DocumentParts, partsOf } from '../execution/document-parts.ts';
import { isIncremental } from './incremental.ts';

/** The most that a document may have, in its text and in its operations, fragments counted wherever they are spread. */
const LIMITS = {
  nameLength: [200, 'characters in a name'],
  aliases: [100, 'aliases'],
  directives: [50, 'directives'],
  fields: [20_000, 'fields, those of fragments counted wherever they are spread'],
  nesting: [500, 'fragments within each other'],
  rootFields: [100, 'root fields in an operation'],
  depth: [15, 'levels of fields'],
  repeats: [499, 'repeats of a field'],
  // They conflict, and graphql-js would look at every pair of them.
  variants: [50, 'repeats of a field with other arguments'],
  laterParts: [50, 'places with @defer or @stream, those in fragments counted wherever they are spread'],
  __schema: [1, 'questions for __schema'],
  __type: [10, 'questions for __type'],
  schemaLists: [20, 'lists below __schema and __type'],
} as const;

type Limited = keyof typeof LIMITS;

/** A place in the answer: how many fields stand for it, and the places below. */
interface Place {
  fields: number;
  /** The arguments that they have. */
  variants: Set<string>;
  below: Map<string, Place>;
}

const SCHEMA_LISTS = /^(?:types|fields|args|inputFields|interfaces|possibleTypes|enumValues|directives)$/;

/** What a document has too much of, a sentence each, in linear time. Slower rules of graphql-js come later. */
export function beyondLimits(document: DocumentNode): readonly GraphQLError[] {
  const found = countText(document);
  const count = counterOf(partsOf(document), found);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) count(definition.selectionSet);
  }
  return (Object.keys(LIMITS) as Limited[]).flatMap((name) => {
    const [most, what] = LIMITS[name];
    if (found[name] <= most) return [];
    // There may be more fields than could ever be counted.
    const number = name === 'fields' ? 'more' : found[name];
    const message = `Expected at most ${most} ${what}: this document has ${number}.`;
    return [new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })];
  });
}

function countText(document: DocumentNode): Record<Limited, number> {
  const found = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, 0])) as Record<Limited, number>;
  const measure = ({ value }: { value: string }) => {
    found.nameLength = Math.max(found.nameLength, value.length);
  };
  visit(document, {
    Name: measure,
    EnumValue: measure,
    Field({ alias }) {
      if (alias) found.aliases += 1;
    },
    Directive() {
      found.directives += 1;
    },
  });
  return found;
}

/** Counts into `found` what an operation has, until there is more of it than may be. */
function counterOf({ fragments }: DocumentParts, found: Record<Limited, number>) {
  // A fragment that spreads itself is refused by another rule.
  const open = new Set<string>();
  const argumentsOf = memoize1((field: FieldNode) => field.arguments?.map(print).join() ?? '');
  const most = (name: Limited, number: number) => {
    found[name] = Math.max(found[name], number);
  };

  /** Below `__schema` and `__type` (`isSchema`) depth is not counted; `nesting` is that of fragments within fragments. */
  function walk(
    { selections }: SelectionSetNode,
    below: Place['below'],
    depth: number,
    nesting: number,
    isSchema: boolean,
  ): void {
    most('nesting', nesting);
    for (const selection of selections) {
      // Spreads count as well: those of fragments without fields may double with each line, too.
      found.fields += 1;
      if (found.fields > LIMITS.fields[0] || found.nesting > LIMITS.nesting[0]) return;
      if (selection.directives?.some(isIncremental)) found.laterParts += 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, below, depth, nesting + 1, isSchema);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        const fragment = fragments[name];
        if (!fragment || open.has(name)) continue;
        open.add(name);
        walk(fragment.selectionSet, below, depth, nesting + 1, isSchema);
        open.delete(name);
      }
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const key = selection.alias?.value ?? name;
        const place = below.get(key) ?? { fields: 0, variants: new Set(), below: new Map() };
        below.set(key, place);
        place.fields += 1;
        most('repeats', place.fields);
        most('variants', place.variants.add(argumentsOf(selection)).size);
        const level = isSchema ? depth : depth + 1;
        most('depth', level);
        const isRoot = name === '__schema' || name === '__type';
        if (isRoot) found[name] += 1;
        if (isSchema && SCHEMA_LISTS.test(name)) found.schemaLists += 1;
        if (selection.selectionSet) walk(selection.selectionSet, place.below, level, nesting, isSchema || isRoot);
      }
    }
  }

  return (root: SelectionSetNode) => {
    const below: Place['below'] = new Map();
    walk(root, below, 0, 0, false);
    most('rootFields', below.size);
  };
}
