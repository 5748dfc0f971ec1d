import { template } from '../../http/client/path.ts';
import { CUSTOMERS, DEFINITIONS } from './resources.ts';
import type { Sor } from './sor.ts';
import { type AttributeRow, definitionRows, isIdentified, type SystemRow } from './systems.ts';

/** Nobody's values hold a name or a label; what is deleted or disabled takes its values along. */
const NAMES = { atOnce: [DEFINITIONS] };
const VALUES_TOO = { atOnce: [DEFINITIONS, CUSTOMERS] };

/** What an answer to a write tells of a row: at least which one it is. */
export type Answered<Row> = Partial<Row> & { identifier: string };

/** Changes to definitions of one kind. */
export type DefinitionWrites<Row> = ReturnType<typeof writesOf<Row>>;

type List = '/api/system_of_records' | '/api/customer_attributes';

/** Changes to systems of record, or to attributes (vendor's page: System of Record API, version 2). */
function writesOf<Row>(list: List, parameter: 'sor_identifier' | 'ca_identifier') {
  const all = template(list);
  const one = template(`${list}/{${parameter}}`);
  return {
    /** Creates one. Undefined if the API answers without it. */
    create: async (sor: Sor, fields: object) => answered<Row>(await sor.write('POST', all, {}, NAMES, fields)),

    /** Gives one another name or label; answered as a creation is. */
    async change(sor: Sor, identifier: string, fields: object): Promise<Answered<Row>> {
      const row = answered<Row>(await sor.write('PUT', one, { [parameter]: identifier }, NAMES, fields));
      return row?.identifier === identifier ? row : ({ identifier } as Answered<Row>);
    },

    /** Deletes one with all that it holds; some are refused. */
    delete: (sor: Sor, identifier: string) => sor.write('DELETE', one, { [parameter]: identifier }, VALUES_TOO),

    /** Disables or enables one. The answer says no more than that it worked. */
    async switch(sor: Sor, identifier: string, to: 'disable' | 'enable'): Promise<Answered<Row>> {
      await sor.write('PUT', template(`${list}/{${parameter}}/${to}`), { [parameter]: identifier }, VALUES_TOO);
      // Rows of both kinds have these two.
      return { identifier, disabled: to === 'disable' } as unknown as Answered<Row>;
    },
  };
}

export const SYSTEM_WRITES = writesOf<SystemRow>('/api/system_of_records', 'sor_identifier');
export const ATTRIBUTE_WRITES = writesOf<AttributeRow>('/api/customer_attributes', 'ca_identifier');

function answered<Row>(result: unknown): Answered<Row> | undefined {
  return definitionRows<Answered<Row>>([result].flat()).find(isIdentified);
}
