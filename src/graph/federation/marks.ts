import type { FieldNullability, InputFieldMap, SchemaTypes, TypeParam } from '@pothos/core';

/** What platform teams filter a supergraph by: personal data, the erasure of it, and where data comes from. */
export type Tag = 'gdpr' | 'hood' | 'pii' | 'sor';

/** What is said about a type or a field to routers, and to nobody else. */
export interface Marks {
  tags?: readonly Tag[];
  /** The type whose tags it has too: what a connection is about. */
  tagsLike?: string;
  /** Whether other subgraphs may have the same type. */
  shareable?: boolean;
}

declare global {
  export namespace PothosSchemaTypes {
    export interface BaseTypeOptions<Types extends SchemaTypes = SchemaTypes>
      extends Pick<Marks, 'shareable' | 'tags' | 'tagsLike'> {}

    export interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > extends Pick<Marks, 'tags'> {}
  }
}

/** What was said about a built type or field; nothing for most. Pothos keeps what each was declared with. */
export function marksOf({ extensions }: { extensions: Readonly<Record<string, unknown>> }): Marks {
  return (extensions['pothosOptions'] as Marks | undefined) ?? {};
}
