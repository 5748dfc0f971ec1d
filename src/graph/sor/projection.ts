import type { FieldNode, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { ProfileProjection } from '../../sources/sor/profile-rows.ts';
import { GLOBAL } from '../../sources/sor/systems.ts';
import { argumentsOf } from '../given-ids-plugin.ts';
import { visitOperation } from '../selection.ts';

/** Keys of the global system that have a field of their own on a profile. */
export const WELL_KNOWN = {
  firstName: 'first_name',
  lastName: 'last_name',
  email: 'email',
  dateOfBirth: 'date_of_birth',
  gender: 'gender',
  country: 'country',
  city: 'city',
  region: 'region',
  profilePictureUrl: 'profile_picture_url',
} as const;

export type OperationInfo = Pick<GraphQLResolveInfo, 'fragments' | 'operation' | 'schema' | 'variableValues'>;

/**
 * What the operation needs of the type's attributes, all its paths and aliases united: each one filters the
 * common answer again. Keys are named only if every selection names its own, systems likewise, and only if no
 * selection is of the global system: nobody documents how that is named. Throws for arguments that are wrong, so that
 * they cost no call.
 */
export function profileProjection(info: OperationInfo, typeName: 'CustomerProfile' | 'CustomerProfileChange') {
  const keys = new Union();
  const systems = new Union();
  const { [typeName]: type } = info.schema.getTypeMap() as Record<typeof typeName, GraphQLObjectType>;
  const given = (node: FieldNode) => {
    const field = type.getFields()[node.name.value];
    return field ? argumentsOf(field, node, info.variableValues) : {};
  };
  visitOperation(info, typeName, (node) => {
    const name = node.name.value;
    if (name in WELL_KNOWN) {
      keys.add([WELL_KNOWN[name as keyof typeof WELL_KNOWN]]);
      systems.add([GLOBAL]);
    } else if (name === 'attributes' || name === 'changes') {
      const args = given(node);
      keys.add(args['keys']);
      systems.add(args['systems']);
    } else if (name === 'attribute') {
      const args = given(node);
      keys.add([args['key']]);
      systems.add([args['system']]);
    }
  });
  return {
    keys: keys.named(),
    systems: systems.named()?.includes(GLOBAL) ? undefined : systems.named(),
  } satisfies ProfileProjection;
}

/** The most characters of a list of names in a URL. */
const MAX_CHARACTERS = 2_000;

/** Names that are asked for together, until somebody asks for all. */
class Union {
  readonly #names = new Set<string>();
  #isAll = false;

  add(names: unknown): void {
    if (!Array.isArray(names)) this.#isAll = true;
    else for (const name of names) this.#names.add(String(name));
  }

  /**
   * Sorted; undefined is all of them, which is also the only way to ask for none or for one with a comma, and the
   * cheaper one where a list would leave an address no room for the customers that are asked for together.
   */
  named(): readonly string[] | undefined {
    const names = [...this.#names].sort();
    const isSayable =
      names.length > 0 &&
      names.every((name) => name !== '' && !name.includes(',')) &&
      encodeURIComponent(names.join(',').toWellFormed()).length <= MAX_CHARACTERS;
    return this.#isAll || !isSayable ? undefined : names;
  }
}
