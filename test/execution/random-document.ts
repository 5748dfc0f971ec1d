import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** A query or mutation and variables for it. It may not be valid: fields of one name may differ in their arguments. */
export interface RandomOperation {
  source: string;
  variableValues: Record<string, unknown>;
}

/** A whole number from 0, below the given one. */
type Draw = ((below: number) => number) & { readonly literals: Literals };

const MAX_DEPTH = 4;
const VARIABLES = ['$yes: Boolean!', '$no: Boolean = false', '$count: Int = 3', '$text: String'];

/** Texts to draw an argument from, by its name. */
export type Literals = Readonly<Record<string, readonly string[]>>;

/**
 * A query or mutation with aliases, merged fields, fragments, `@skip`, `@include`, arguments and variables; the same for
 * a seed.
 * Arguments that `literals` names have one of those.
 */
export function randomOperation(schema: GraphQLSchema, seed: number, literals: Literals = {}): RandomOperation {
  const draw = Object.assign(drawing(seed), { literals });
  const fragments: string[] = [];
  const kind = draw(4) === 0 ? 'mutation' : 'query';
  const root = (kind === 'query' ? schema.getQueryType() : schema.getMutationType()) as GraphQLObjectType;
  const body = selectionSet(draw, schema, root, 0, fragments);
  const variableValues: Record<string, unknown> = { yes: draw(2) === 0 };
  if (draw(2) === 0) variableValues['no'] = draw(2) === 0;
  if (draw(2) === 0) variableValues['count'] = pick(draw, [null, 1, 20]);
  if (draw(2) === 0) variableValues['text'] = pick(draw, [null, 'a', 'b']);
  const selections = [body, ...fragments].join('\n');
  const used = VARIABLES.filter((variable) => selections.includes(variable.split(':')[0] ?? ''));
  return { source: `${kind} Random${used.length > 0 ? `(${used.join()})` : ''} ${selections}`, variableValues };
}

/** The generator of Park and Miller. */
function drawing(seed: number): (below: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function pick<Item>(draw: Draw, items: readonly Item[]): Item {
  return items[draw(items.length)] as Item;
}

function selectionSet(
  draw: Draw,
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
  fragments: string[],
): string {
  const count = 1 + draw(depth === 0 ? 4 : 3);
  const selections = Array.from({ length: count }, () => selection(draw, schema, type, depth, fragments));
  return `{ ${selections.join(' ')} }`;
}

function selection(
  draw: Draw,
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
  fragments: string[],
): string {
  const kind = draw(10);
  if (kind === 0) return `${pick(draw, ['', 'kind: ', '__proto__: '])}__typename${condition(draw)}`;
  if (kind > 2 || depth >= MAX_DEPTH) return field(draw, schema, type, depth, fragments);
  const target = pick(draw, related(schema, type));
  const body = selectionSet(draw, schema, target, depth + 1, fragments);
  if (kind === 1) {
    const on = draw(2) === 0 || target !== type ? ` on ${target.name}` : '';
    return `...${on}${condition(draw)} ${body}`;
  }
  const name = `F${fragments.length}`;
  fragments.push(`fragment ${name} on ${target.name} ${body}`);
  const again = draw(2) === 0 ? ` ...${name}` : '';
  return `...${name}${condition(draw)}${again}`;
}

function field(draw: Draw, schema: GraphQLSchema, type: GraphQLNamedType, depth: number, fragments: string[]): string {
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const possible = fields.filter((one) => depth < MAX_DEPTH || !isComposite(getNamedType(one.type)));
  if (possible.length === 0) return '__typename';
  const { name, args, type: fieldType } = pick(draw, possible);
  const alias = pick(draw, ['', '', 'one: ', 'two: ', '__proto__: ']);
  const given = args.filter((arg) => isRequiredArgument(arg) || draw(5) === 0);
  const list = given.map((arg) => `${arg.name}: ${argument(draw, arg)}`).join(', ');
  const below = getNamedType(fieldType);
  const body = isComposite(below) ? ` ${selectionSet(draw, schema, below, depth + 1, fragments)}` : '';
  return `${alias}${name}${list && `(${list})`}${condition(draw)}${body}`;
}

function condition(draw: Draw): string {
  if (draw(4) > 0) return '';
  const directive = pick(draw, ['skip', 'include']);
  return ` @${directive}(if: ${pick(draw, ['$yes', '$no', 'true', 'false'])})`;
}

function argument(draw: Draw, { name, type }: GraphQLArgument): string {
  const literals = draw.literals[name];
  if (literals) return pick(draw, literals);
  const variable = { Int: '$count', String: '$text' }[String(type)];
  return variable && draw(2) === 0 ? variable : literal(draw, type);
}

function literal(draw: Draw, type: GraphQLInputType): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${literal(draw, nullable.ofType)}]`;
  if (isEnumType(nullable)) return pick(draw, nullable.getValues()).name;
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((one) => `${one.name}: ${literal(draw, one.type)}`).join(', ')} }`;
  }
  if (nullable.name === 'Int') return String(draw(50));
  return nullable.name === 'Boolean' ? 'true' : '"text"';
}

/** The type itself, and others that a fragment inside it may be on. */
function related(schema: GraphQLSchema, type: GraphQLNamedType): GraphQLNamedType[] {
  if (isAbstractType(type)) return [type, ...schema.getPossibleTypes(type)];
  return isObjectType(type) ? [type, ...type.getInterfaces()] : [type];
}

function isComposite(type: GraphQLNamedType): boolean {
  return isObjectType(type) || isAbstractType(type);
}
