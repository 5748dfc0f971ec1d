import {
  type FieldKind,
  type FieldNullability,
  type InputFieldMap,
  RootFieldBuilder,
  type SchemaTypes,
  type ShapeFromTypeParam,
  type TypeParam,
} from '@pothos/core';
import type { Built } from './declared.ts';
import type { Marks } from './federation/tags.ts';
import type { Reading } from './readings.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface RootFieldBuilder<Types extends SchemaTypes, ParentShape, Kind extends FieldKind> {
      /** A field made from the named upstream fields: `resolve` sees no others, so none is read unfetched. */
      from<
        const Name extends keyof ParentShape & string,
        Type extends TypeParam<Types>,
        ResolveReturn,
        Nullable extends FieldNullability<Type> = Types['DefaultFieldNullability'],
        Args extends InputFieldMap = Record<never, never>,
      >(
        names: readonly Name[],
        options: ObjectFieldOptions<Types, Pick<ParentShape, Name>, Type, Nullable, Args, ResolveReturn> &
          InferredFieldOptions<Types, Pick<ParentShape, Name>, Type, Nullable, Args, ResolveReturn>['Resolve'],
      ): FieldRef<Types, ShapeFromTypeParam<Types, Type, Nullable>, Kind>;

      /** A field made from one upstream field as its reading says. It may be null. */
      read<Type extends TypeParam<Types>>(
        name: keyof ParentShape & string,
        reading: Reading<Type>,
        options: Pick<Marks, 'requires' | 'tags'> & { description: string; deprecationReason?: string },
      ): FieldRef<Types, ShapeFromTypeParam<Types, Type, true>, Kind>;
    }
  }
}

/** The upstream fields that a built field is made from: those of `t.from` or `t.read`, or the one it exposes. */
export function upstreamNamesOf({ extensions }: Built): readonly string[] {
  const { upstream, pothosExposedField } = (extensions ?? {}) as { upstream?: string[]; pothosExposedField?: string };
  return upstream ?? (pothosExposedField === undefined ? [] : [pothosExposedField]);
}

// Pothos adds methods to its prototypes; their types are declared above, so the casts only join the two.
const prototype = RootFieldBuilder.prototype as PothosSchemaTypes.RootFieldBuilder<
  SchemaTypes,
  Record<string, unknown>,
  FieldKind
>;
prototype.from = function from(this: typeof prototype, names: readonly string[], options: object) {
  return this.field({ ...options, extensions: { upstream: names } } as never) as never;
} as never;
prototype.read = function read(this: typeof prototype, name: string, reading: Reading<never>, options: object) {
  // A single parameter, by which an operation's plan sees that a field needs nothing but its row.
  const resolve = (row: Record<string, unknown>) => reading.read(row[name]);
  return this.from([name], { ...options, type: reading.type, resolve } as never);
} as never;
