import type { InputRef } from '@pothos/core';
import type { Collection } from '../../sources/hood/rows.ts';
import { builder } from '../builder.ts';
import { BadInput } from '../caller-error.ts';
import type { FilterField, Operators } from './filters.ts';

/**
 * A collection that lists are read from, and what they can be narrowed and sorted by; each name that clients see leads to
 * the upstream's.
 */
export interface ListSource {
  collection: Collection;
  /** The rows, in descriptions: `GDPR requests`. */
  plural: string;
  filter: Record<string, FilterField>;
  search: SearchFields;
  /** Values of `<Type>OrderField`. */
  order: Record<string, string>;
}

export interface SearchFields {
  /** Values of `<Type>SearchField`. */
  fields: Record<string, string>;
  /** The fields searched by default: all of them if unset, and Hood's own choice if empty. */
  byDefault?: readonly string[];
}

export type FilterArgument = Record<string, Operators | null>;

export type SearchArgument = ReturnType<typeof searchInput>['$inferInput'];

export type OrderArgument = ReturnType<typeof orderInput>['$inferInput'];

const OrderDirection = builder.enumType('HoodOrderDirection', {
  description: 'The direction of a sort key.',
  values: {
    ASC: { description: 'Smallest, oldest or alphabetically first at the top.' },
    DESC: { description: 'Largest, newest or alphabetically last at the top.' },
  } as const,
});

/** Declares a filter over the source's filterable fields. */
export function filterInput(name: string, { filter, plural }: ListSource): InputRef<FilterArgument> {
  return builder.inputType(name, {
    description: `Conditions on ${plural}; all of them must hold.`,
    fields: (t) =>
      Object.fromEntries(
        Object.entries(filter).map(([name, { kind, idOf, description = `A condition on \`${name}\`.` }]) => [
          name,
          t.field({ type: kind.input, description, ...(idOf !== undefined && { idOf }) }),
        ]),
      ),
  }) as InputRef<FilterArgument>;
}

/** Declares `<Type>Search` and `<Type>SearchField`. */
export function searchInput(typeName: string, { plural, search }: ListSource) {
  const { fields, byDefault } = search;
  const [isAny] = byDefault ?? Object.values(fields);
  const others = isAny
    ? (byDefault?.map((field) => `\`${field}\``).join() ?? 'all searchable fields')
    : 'Hood’s own default field';
  return builder.inputType(`${typeName}Search`, {
    description: `A text to search ${plural} for.`,
    fields: (t) => ({
      text: t.string({ required: true, description: 'The text that must be contained; at least one character.' }),
      in: t.field({
        type: [fieldEnum(`${typeName}SearchField`, `What can be searched in ${plural}.`, 'In', fields)],
        description: `The fields to search; one of them must contain the text. By default ${others}.`,
      }),
      default: t.boolean({
        description:
          'True: searches Hood’s own default field, instead of those in `in`. Hood does not document which one that is.',
      }),
    }),
  });
}

/** Declares `<Type>Order` and `<Type>OrderField`. */
export function orderInput(typeName: string, { order, plural }: ListSource) {
  return builder.inputType(`${typeName}Order`, {
    description: `A sort key for ${plural}.`,
    fields: (t) => ({
      field: t.field({
        type: fieldEnum(`${typeName}OrderField`, `What ${plural} can be sorted by.`, 'By', order),
        required: true,
        description: 'The field to sort by.',
      }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'ASC',
        description: 'The direction of a sort key.',
      }),
    }),
  });
}

/** Values of an enum that Hood writes in lower case. */
export function inLowerCase(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name.toLowerCase()]));
}

/** `sort=` for an order; undefined leaves the API's own, the only one with a unique key behind it. */
export function sortOf(orderBy: readonly OrderArgument[]): string | undefined {
  const fields = orderBy.map(({ field }) => field);
  if (new Set(fields).size < fields.length) throw new BadInput('Expected each field only once in "orderBy".');
  return orderBy.map(({ field, direction }) => (direction === 'DESC' ? `-${field}` : field)).join(',') || undefined;
}

/** `q=` and `q_fields=` for a search. Nobody documents Hood's default field: it is searched only where that is asked for. */
export function searchOf(search: SearchArgument, { fields, byDefault = Object.values(fields) }: SearchFields) {
  if (search.text.trim() === '') throw new BadInput('Expected at least one character in "search.text".');
  if (search.default && search.in) {
    throw new BadInput(
      'Expected "search.default" or "search.in", not both: the one searches the field that the API chooses.',
    );
  }
  if (search.in?.length === 0) {
    throw new BadInput('Expected at least one field in "search.in"; leave it out to search all of them.');
  }
  return { text: search.text, fields: search.default ? [] : [...new Set(search.in ?? byDefault)] };
}

function fieldEnum(name: string, description: string, preposition: 'In' | 'By', fields: Record<string, string>) {
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(
      Object.entries(fields).map(([value, upstream]) => [
        value,
        { value: upstream, description: `${preposition} \`${fieldNameOf(value)}\`.` },
      ]),
    ),
  });
}

/** The field of the type that an enum value is about; what Hood calls `id` is `hoodId` to clients. */
function fieldNameOf(value: string): string {
  if (value === 'ID') return 'hoodId';
  return value.toLowerCase().replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
