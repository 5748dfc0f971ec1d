import type { HoodRow } from '../../sources/hood/answers.ts';
import type { FieldsOf } from '../builder.ts';
import { globalId } from '../node-ids.ts';
import { MOMENT } from '../readings.ts';

/** What every row of Hood has, in Hood's spelling. */
export interface RecordRow extends HoodRow {
  company_id: string;
  create_time: string;
  update_time: string;
}

/** The fields that every Hood type has. */
export function recordFields<Row extends RecordRow>(typeName: string, fields: FieldsOf<Row>) {
  // Only the fields of RecordRow are read, so the builder of any wider row will do.
  const t = fields as unknown as FieldsOf<RecordRow>;
  return {
    id: t.from(['id'], {
      type: 'ID',
      nullable: false,
      description: 'Opaque and stable; `node` takes it.',
      resolve: ({ id }) => globalId(typeName, id),
    }),
    hoodId: t.exposeID('id', { nullable: false, description: 'The id that Hood gave it.' }),
    companyId: t.exposeID('company_id', { description: 'The workspace it belongs to.' }),
    createTime: t.read('create_time', MOMENT, {
      description: 'When it was created; null when Hood has no readable time.',
    }),
    createTimeText: t.exposeString('create_time', { description: 'That time as Hood writes it.' }),
    updateTime: t.read('update_time', MOMENT, {
      description: 'When it was last changed; null when Hood has no readable time.',
    }),
    updateTimeText: t.exposeString('update_time', { description: 'That time as Hood writes it.' }),
  };
}
