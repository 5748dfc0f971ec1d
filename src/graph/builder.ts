import type { FieldNullability, InputFieldMap, InputShapeFromFields, SchemaTypes, TypeParam } from '@pothos/core';
import SchemaBuilder from '@pothos/core';
import type { Context } from './context.ts';
import type { CostOptions } from './cost/charge.ts';
import type { Marks } from './federation/tags.ts';
import { GIVEN_IDS } from './node-ids.ts';
import { CalendarDate, DateTime, Decimal, JsonValue, WebUrl } from './scalars.ts';
import { Upload, type UploadedFile } from './upload.ts';
import './upstream-fields.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface BaseTypeOptions<Types extends SchemaTypes = SchemaTypes> extends Marks {}

    export interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > extends CostOptions<InputShapeFromFields<Args>>,
        Pick<Marks, 'requires' | 'tags'> {}
  }
}

/** The one schema builder. Fields are nullable and arguments optional unless they say otherwise. */
export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: {
    DateTime: { Input: Date; Output: string };
    Date: { Input: Date; Output: string };
    URL: { Input: URL; Output: string };
    JSON: { Input: unknown; Output: unknown };
    Decimal: { Input: string; Output: string };
    Upload: { Input: UploadedFile; Output: never };
    ID: { Input: string; Output: string | number };
    _Any: { Input: unknown; Output: never };
  };
}>({ plugins: [GIVEN_IDS] });

/** The builder's type parameters, for functions that are generic over the rows of a type. */
export type Types = (typeof builder)['$inferSchemaTypes'];

/** What the fields of a type over these rows are built with. */
export type FieldsOf<Row> = PothosSchemaTypes.ObjectFieldBuilder<Types, Row>;

builder.addScalarType('DateTime', DateTime);
builder.addScalarType('Date', CalendarDate);
builder.addScalarType('URL', WebUrl);
builder.addScalarType('JSON', JsonValue);
builder.addScalarType('Decimal', Decimal);
builder.addScalarType('Upload', Upload);

builder.queryType({
  description: 'Everything that can be read. Each root field fails alone: the others keep their data.',
});
builder.mutationType({
  description: 'Everything that can be changed. Mistakes of the caller come back as data, in the result unions.',
});
builder.subscriptionType({
  description:
    'What changes, as server-sent events. The APIs are asked every 5 s, and less often while calls are scarce, once for all who follow the same. If that fails, an event says so, and it goes on.',
});
