import { GraphQLDeferDirective, GraphQLStreamDirective } from '@graphql-tools/utils';
import { isObjectType, specifiedDirectives } from 'graphql';
import './resources/index.ts';
// After the resources: what only routers use comes last in the documentation.
import './federation/router-fields.ts';
import { builder } from './builder.ts';
import { scopesOfField, scopesOfType } from './federation/tags.ts';

/** The graph, with every resource in it; fields, arguments and values stand in the order in which they were declared. */
export const schema = builder.toSchema({
  sortSchema: false,
  directives: [...specifiedDirectives, GraphQLDeferDirective, GraphQLStreamDirective],
});

for (const type of Object.values(schema.getTypeMap())) {
  if (!isObjectType(type)) continue;
  const known = scopesOfType(schema, type.name);
  for (const field of Object.values(type.getFields())) {
    const scopes = scopesOfField(schema, field).filter((scope) => !known.includes(scope));
    const names = scopes.map((scope) => `\`${scope}\``).join(' and ');
    if (names) field.description += ` Needs the scope${scopes.length > 1 ? 's' : ''} ${names}.`;
  }
}

// The builder has no option for it.
schema.description = `Customer data of two products as one graph, read from their APIs when it is asked for.

**Hood** (Ocamba) describes what can be known about people, keeps their requests to have their data removed (\`GdprRequest\`), and makes files (\`HoodExport\`). What Hood knows about a person is not in this graph.

The **System of Record**, or SOR (FollowAnalytics), keeps the values. A customer (\`CustomerProfile\`) is a user or a device. Each value belongs to a system (\`SystemOfRecord\`): the global one, one of an app, or a custom one.

Three types define keys of values. None of them holds anybody's data:
- \`CustomerData\`, in Hood: a customer data key, such as \`tier\`. Its \`piData\` says whether what is kept under it is personal.
- \`ProfileProperty\`, in Hood: a newer description of such keys, with a type of value and names for imports and exports. Its \`label\` is the \`target\` of the \`CustomerData\` for the same key.
- \`CustomerAttribute\`, in SOR: a key of one system, with the type of its values. The same key can be defined in several systems.

The products know nothing of each other. This graph joins attributes to the property whose \`label\` is their \`key\`, and a GDPR request to a profile by Hood's \`clientId\` or an e-mail address.

Every object has an \`id\` for \`node\`, and the id that its API gave it. Arguments take either; filters take the API's own. Lists are connections, most of 20 rows unless \`first\` or \`last\` says otherwise; \`totalCount\` says how many there are. A field that cannot be read is null and has an error; all others keep their values. Calls to the APIs are limited, so descriptions say what a field costs.`;
