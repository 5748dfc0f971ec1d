import {
  buildSchema,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNullableType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  print,
  printSchema,
  responsePathAsArray,
} from 'graphql';

/** What the root value is where every resolver answers at once. */
export const AT_ONCE = 'at once';

/**
 * The same types with resolvers that return anything there is: values, nulls where none may be, errors thrown,
 * returned or rejected, lists of all these, now and later. What they return follows from everything that a resolver
 * is told, so two executions differ in their answers as soon as they differ in anything.
 */
export function oddSchema(like: GraphQLSchema): GraphQLSchema {
  const schema = buildSchema(printSchema(like));
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isObjectType(type)) {
      for (const field of Object.values(type.getFields())) field.resolve = resolverOf(field);
    }
    if (isAbstractType(type)) {
      type.resolveType = (_value, _context, info) => {
        const roll = hashOf(info, 'type');
        const names = schema.getPossibleTypes(type).map(({ name }) => name);
        const name = roll % 20 === 0 ? 'Query' : names[roll % names.length];
        return roll % 3 === 0 && !isAtOnce(info) ? Promise.resolve(name) : name;
      };
    }
  }
  return schema;
}

/** Every other leaf without arguments looks at nothing but its source, as most fields of rows do. */
function resolverOf({ name, type, args }: GraphQLField<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> {
  const isPlain = args.length === 0 && isLeafType(getNullableType(type)) && name.length % 2 === 0;
  if (!isPlain) return resolveOddly;
  return (source) => {
    const roll = hashOfText(JSON.stringify([name, source]));
    const isLater = roll % 4 === 0 && !JSON.stringify(source).includes(AT_ONCE);
    return isLater ? Promise.resolve().then(() => oddValue(type, roll, false)) : oddValue(type, roll, true);
  };
}

const resolveOddly: GraphQLFieldResolver<unknown, unknown> = (_source, args, _context, info) => {
  const roll = hashOf(info, JSON.stringify(args));
  const value = () => oddValue(info.returnType, roll, isAtOnce(info));
  return roll % 4 === 0 && !isAtOnce(info) ? Promise.resolve().then(value) : value();
};

function isAtOnce({ rootValue }: GraphQLResolveInfo): boolean {
  return rootValue === AT_ONCE;
}

function oddValue(type: GraphQLOutputType, roll: number, atOnce: boolean): unknown {
  const kind = roll % 23;
  if (kind === 0) throw new Error(`thrown ${roll}`);
  if (kind === 1) return new Error(`returned ${roll}`);
  if (kind === 2) return null;
  if (kind === 3) return undefined;
  const nullable = getNullableType(type);
  if (!isListType(nullable)) return ordinary(nullable, roll, atOnce);
  if (kind === 4) return roll;
  return Array.from({ length: roll % 4 }, (_, index) => {
    const itemRoll = mixed(roll + index);
    // A list that fails at one item leaves the rejections of others to nobody in graphql-js: there all come later.
    if (!atOnce && (isNonNullType(nullable.ofType) || itemRoll % 5 === 0)) {
      return Promise.resolve().then(() => oddValue(nullable.ofType, itemRoll, atOnce));
    }
    try {
      return oddValue(nullable.ofType, itemRoll, atOnce);
    } catch (error) {
      return error;
    }
  });
}

function ordinary(type: GraphQLNullableType, roll: number, atOnce: boolean): unknown {
  if (isEnumType(type)) return type.getValues()[roll % type.getValues().length]?.value;
  // An object, which some scalars cannot write.
  if (roll % 31 === 0 || 'getFields' in type || isAbstractType(type)) return { roll, ...(atOnce && { when: AT_ONCE }) };
  return roll % 1000;
}

/** A number that depends on every fact an execution passes on. */
function hashOf(info: GraphQLResolveInfo, more: string): number {
  const facts = [
    info.fieldName,
    info.parentType.name,
    String(info.returnType),
    isNonNullType(info.returnType),
    responsePathAsArray(info.path),
    info.path.typename,
    info.fieldNodes.map((node) => print(node)),
    Object.keys(info.fragments),
    info.operation.name?.value,
    info.variableValues,
    info.rootValue,
    more,
  ];
  return hashOfText(JSON.stringify(facts));
}

function hashOfText(text: string): number {
  let hash = 7;
  for (const character of text) hash = mixed(hash + character.charCodeAt(0));
  return hash;
}

function mixed(value: number): number {
  const product = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (product ^ (product >>> 13)) >>> 1;
}
