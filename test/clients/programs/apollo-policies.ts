import { typePolicies } from '../../../examples/clients/apollo-type-policies.ts';

/** Prints what the cache is told: the arguments that tell lists apart, and the types whose objects are merged. */
const lists: Record<string, unknown> = {};
const merged: string[] = [];
for (const [type, { merge, fields = {} }] of Object.entries(typePolicies)) {
  if (merge) merged.push(type);
  for (const [name, field] of Object.entries(fields)) lists[`${type}.${name}`] = Object(field).keyArgs;
}
process.stdout.write(JSON.stringify({ lists, merged }));
