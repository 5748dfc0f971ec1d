import { BadInput } from './caller-error.ts';
import { oncePerOperation } from './context.ts';
import type { Asked } from './cost/charge.ts';
import { rightArgumentsOf } from './given-ids-plugin.ts';
import { visitOperation } from './selection.ts';

/** How many objects each field of the operation names. */
const askedCounts = oncePerOperation(() => new Map<string, number>());

/**
 * Throws `BadInput` before anything is called, should the whole operation name more objects than it may in the only
 * argument of the current field of `Query`, under whatever aliases. `argument` says in the sentence what they are.
 */
export function refuseTooMany(argument: string, { context, ...info }: Omit<Asked, 'returnType'>): void {
  const counts = askedCounts(context);
  const fieldName = info.fieldNodes[0]?.name.value ?? '';
  const count = counts.get(fieldName) ?? countIn(argument, fieldName, info);
  counts.set(fieldName, count);
  if (count <= context.maxEntities) return;
  throw new BadInput(
    `Expected at most ${context.maxEntities} ${argument} in an operation, not ${count}: ask for them in several.`,
  );
}

function countIn(argument: string, fieldName: string, info: Omit<Asked, 'returnType' | 'context'>): number {
  const query = info.schema.getQueryType();
  const definition = query?.getFields()[fieldName];
  const counts = new Map<string, number>();
  visitOperation(info, query?.name ?? '', (node) => {
    if (node.name.value !== fieldName || !definition) return;
    const values = rightArgumentsOf(definition, node, info.variableValues)?.[argument] as unknown[] | undefined;
    if (values) counts.set((node.alias ?? node.name).value, values.length);
  });
  return counts.values().reduce((sum, count) => sum + count, 0);
}
