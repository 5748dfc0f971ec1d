import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type PothosTypeConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';

/** What platform teams filter a supergraph by: personal data, the erasure of it, and where data comes from. */
export type Tag = 'gdpr' | 'hood' | 'pii' | 'sor';

/** What is said about a type or a field to routers, and to nobody else. */
export interface Marks {
  tags?: readonly Tag[];
  /** The type whose tags it has too: what a connection is about. */
  tagsLike?: string;
  /** Whether other subgraphs may have the same type. */
  shareable?: boolean;
  /** What resolving it once costs upstream: a call, or a share in a call for all of an answer. */
  cost?: 'call' | 'share';
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      federation: FederationPlugin<Types>;
    }

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
    > extends Pick<Marks, 'cost' | 'tags'> {}
  }
}

/** The key under which a built type or field carries its marks. */
const FEDERATION = 'federation';

/** What was said about a built type or field; nothing for most. */
export function marksOf({ extensions }: { extensions: Readonly<Record<string, unknown>> }): Marks {
  // Only the plugin below writes under this key.
  return (extensions[FEDERATION] as Marks | undefined) ?? {};
}

/** Keeps the options of types and fields that are meant for routers where the built schema has them. */
class FederationPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(type: PothosTypeConfig): PothosTypeConfig {
    const { tags, tagsLike, shareable } = type.pothosOptions as Marks;
    return { ...type, extensions: { ...type.extensions, [FEDERATION]: { tags, tagsLike, shareable } } };
  }

  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const { tags, cost } = field.pothosOptions as Marks;
    if (!tags && !cost) return field;
    return { ...field, extensions: { ...field.extensions, [FEDERATION]: { tags, cost } } };
  }
}

const pluginName = 'federation';

SchemaBuilder.registerPlugin(pluginName, FederationPlugin);

export default pluginName;
