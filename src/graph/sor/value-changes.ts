import type { FedChange, FedValue } from '../../sources/sor/feed-plan.ts';
import type { CustomerIdType } from '../../sources/sor/profile-rows.ts';
import type { AttributeRow } from '../../sources/sor/systems.ts';
import { mistakesIn, type UserErrorCode } from '../input-checks.ts';
import type { InputIssue } from '../mutation.ts';
import { ACTIONS, isKind, type ValueAction, type ValueKind } from './value-actions.ts';

/** A change to one value of one customer, as the graph takes it. */
export interface ChangeInput {
  customerId: string;
  customerIdType: CustomerIdType;
  key: string;
  /** One of `ACTIONS` by its name, and its value: the schema lets no other input through. */
  change: Record<string, unknown>;
}

/**
 * Everything that is wrong with changes, in their order, and what to send for each of them, which is of use only where
 * nothing is. `attributes` are those of the system; undefined when they are not known, and so cannot be checked.
 * `declareMissing` says whether a key that the system lacks is made by its first value.
 */
export function checkChanges(
  inputs: readonly ChangeInput[],
  { attributes, declareMissing }: { attributes: readonly AttributeRow[] | undefined; declareMissing: boolean },
): { issues: InputIssue[]; changes: FedChange[] } {
  const known = attributes && new Map(attributes.map((row) => [row.key, row]));
  /** What the first value of a missing key makes of it, others of the same call must fit. */
  const declared = new Map<string, ValueKind>();
  const issues: InputIssue[] = [];

  const changes = inputs.map((input, index) => {
    const { key, change } = input;
    const [name = '', value] = Object.entries(change).find(([, member]) => member !== undefined) ?? [];
    const action = ACTIONS[name] as ValueAction;
    const issue = (path: readonly string[], code: UserErrorCode, message: string) =>
      issues.push({ path: ['changes', String(index), ...path], code, message });

    if (input.customerId === '') issue(['customerId'], 'TOO_SHORT', 'Expected an id that is not empty.');
    if (key.trim() === '') issue(['key'], 'TOO_SHORT', 'Expected a key that is not empty.');
    for (const { path, code, message } of mistakesIn(action.check.safeParse(value).error)) {
      issue(['change', name, ...path], code, message);
    }
    const kind = known && key.trim() !== '' ? kindOf() : undefined;
    if (kind && action.kind && kind !== action.kind) {
      const code = action.kind === 'Set' ? 'NOT_A_SET' : 'WRONG_TYPE';
      issue(['change', name], code, `Expected ${changesOf(kind)}: this attribute is a ${kind}.`);
    }
    return action.sent(value, kind).map((sent) => fedValue(input, sent));

    function kindOf(): ValueKind | undefined {
      const attribute = known?.get(key);
      if (attribute) {
        if (attribute.disabled === true) issue(['key'], 'DISABLED', 'Expected an attribute that is not disabled.');
        return isKind(attribute.value_type) ? attribute.value_type : undefined;
      }
      if (!declareMissing) {
        issue(['key'], 'UNKNOWN_KEY', 'Expected the key of an attribute of this system, or declareMissing.');
      } else if (key.includes(',')) {
        issue(['key'], 'INVALID', 'Expected a new key without commas: by one it could not be asked for.');
      }
      if (action.kind && !declared.has(key)) declared.set(key, action.kind);
      return declared.get(key);
    }
  });
  return { issues, changes };
}

/** What can be done to a value of that kind. */
function changesOf(kind: ValueKind): string {
  const names = Object.entries(ACTIONS).filter(([, action]) => action.kind === kind);
  return [...names.map(([name]) => name), 'remove'].join(', ').replace(/, (?=\w+$)/, ' or ');
}

/** In the order of the example on the vendor's page. */
function fedValue(
  { customerId, customerIdType, key }: ChangeInput,
  sent: Pick<FedValue, 'attribute_value' | 'action_type'>,
): FedValue {
  return {
    customer_id: customerId,
    ...(customerIdType === 'device_id' && { customer_id_type: customerIdType }),
    attribute_key: key,
    ...sent,
  };
}
