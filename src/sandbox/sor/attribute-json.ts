import type { Attribute } from './attributes.ts';
import { isoTime } from './times.ts';

/** An attribute inside its system: with its sources, without the system. */
export function attributeInSystem({
  disabled,
  identifier,
  key,
  label,
  sources,
  valueType,
}: Attribute): object {
  return { disabled, identifier, key, label, sources, value_type: valueType };
}

/** An attribute as a creation answers with it: the system it was made for is not named. */
export function createdAttribute({ identifier, key, label, valueType, disabled }: Attribute): object {
  return { identifier, key, label, value_type: valueType, disabled };
}

/** A removed attribute, the only place where the internal numbers show. */
export function removedAttribute(attribute: Attribute): object {
  const { id, systemId, key, valueType, label, created, updated, identifier, disabled } = attribute;
  return {
    ...{ id, system_of_record_id: systemId, key, value_type: valueType, label },
    ...{ created_at: isoTime(created), updated_at: isoTime(updated), identifier, removed: true, disabled },
  };
}
