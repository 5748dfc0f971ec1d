import type { GraphQLObjectType } from 'graphql';
import { UNKNOWN_KEY } from '../../sources/sor/profile-lookup.ts';
import type { ProfileProjection } from '../../sources/sor/profile-rows.ts';
import { GLOBAL } from '../../sources/sor/systems.ts';
import { rightArgumentsOf } from '../given-ids-plugin.ts';
import { MISSING } from '../refused-fields.ts';
import { fieldsOfOperation, type OperationInfo } from '../selection.ts';

/** Under which a field that is an attribute of the global system has the attribute's key. */
export const GLOBAL_KEY = 'globalKey';

/**
 * What the operation needs of the type's attributes, all its paths and aliases united: each one filters the
 * common answer again. Keys are named only if every selection names its own, systems likewise, and only if no
 * selection is of the global system: nobody documents how that is named. What has a mistake is never resolved. Callers
 * without `pii:read` who select no attributes ask for a key that nobody has.
 */
export function profileProjection(info: OperationInfo, typeName: 'CustomerProfile' | 'CustomerProfileChange') {
  const keys = new Union();
  const systems = new Union();
  const { [typeName]: type } = info.schema.getTypeMap() as Record<typeof typeName, GraphQLObjectType>;
  for (const { node, field } of fieldsOfOperation(info, typeName)) {
    const globalKey = field?.extensions[GLOBAL_KEY];
    if (globalKey) {
      keys.add([globalKey]);
      systems.add([GLOBAL]);
    } else if (field && /^(?:attributes?|changes)$/.test(field.name)) {
      const args = rightArgumentsOf(field, node, info.variableValues);
      if (!args) continue;
      keys.add('key' in args ? [args['key']] : args['keys']);
      systems.add('system' in args ? [args['system']] : args['systems']);
    }
  }
  // Else all values would come, which whoever may not have personal data must not cause. Changes are listed by their keys.
  if (keys.isEmpty && typeName === 'CustomerProfile' && MISSING in (type.getFields()['email']?.extensions ?? {})) {
    keys.add([UNKNOWN_KEY]);
  }
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

  get isEmpty(): boolean {
    return !this.#isAll && this.#names.size === 0;
  }

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
