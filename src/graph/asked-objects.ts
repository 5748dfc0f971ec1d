import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import { BadInput } from './caller-error.ts';
import { type Context, oncePerOperation } from './context.ts';
import { visitOperation } from './selection.ts';

/** How many objects each field of the operation names. */
const askedCounts = oncePerOperation(() => new Map<string, number>());

/**
 * Throws `BadInput` before anything is called, should the whole operation name more objects than it may in the only
 * argument of the current field, under whatever aliases. `argument` says in the sentence what they are.
 */
export function refuseTooMany(argument: string, context: Context, info: GraphQLResolveInfo): void {
  const counts = askedCounts(context);
  const count = counts.get(info.fieldName) ?? countIn(argument, info);
  counts.set(info.fieldName, count);
  if (count <= context.maxEntities) return;
  throw new BadInput(
    `Expected at most ${context.maxEntities} ${argument} in an operation, not ${count}: ask for them in several.`,
  );
}

function countIn(argument: string, info: GraphQLResolveInfo): number {
  const definition = info.parentType.getFields()[info.fieldName];
  const counts = new Map<string, number>();
  visitOperation(info, info.parentType.name, (node) => {
    if (node.name.value !== info.fieldName || !definition) return;
    try {
      const values = getArgumentValues(definition, node, info.variableValues);
      counts.set((node.alias ?? node.name).value, (values[argument] as unknown[]).length);
    } catch {
      // The field itself will say what is wrong with its arguments.
    }
  });
  return counts.values().reduce((sum, count) => sum + count, 0);
}
