import { CUSTOMERS, DEFINITIONS } from './resources.ts';
import type { Sor } from './sor.ts';
import { type AttributeRow, isIdentified, type SystemRow } from './systems.ts';

/** Nobody's values hold a name or a label; what is deleted or disabled takes its values along. */
const NAMES = { atOnce: [DEFINITIONS] };
const VALUES_TOO = { atOnce: [DEFINITIONS, CUSTOMERS] };

/** What an answer to a write tells of a row: at least which one it is. */
export type Answered<Row> = Partial<Row> & { identifier: string };

/**
 * Changes to systems of record, or to the definitions of their attributes. All throw `UpstreamError`. What is said of
 * the API's answers stands on the vendor's page: System of Record API, version 2.
 */
export class DefinitionWrites<Row> {
  readonly #all: string;
  readonly #one: string;
  readonly #parameter: string;

  private constructor(all: string, parameter: string) {
    this.#all = all;
    this.#one = `${all}/{${parameter}}`;
    this.#parameter = parameter;
  }

  static readonly ofSystems = new DefinitionWrites<SystemRow>('/api/system_of_records', 'sor_identifier');
  static readonly ofAttributes = new DefinitionWrites<AttributeRow>('/api/customer_attributes', 'ca_identifier');

  /** Creates one. Undefined if the API answers without it. */
  async create(sor: Sor, fields: object): Promise<Answered<Row> | undefined> {
    return answered<Row>(await sor.write('POST', this.#all, {}, fields, NAMES));
  }

  /** Gives one another name or label; answered as a creation is. */
  async change(sor: Sor, identifier: string, fields: object): Promise<Answered<Row>> {
    const result = await sor.write('PUT', this.#one, { [this.#parameter]: identifier }, fields, NAMES);
    return { ...answered<Row>(result), identifier } as Answered<Row>;
  }

  /** Deletes one with all that it holds; some are refused. */
  async delete(sor: Sor, identifier: string): Promise<void> {
    await sor.write('DELETE', this.#one, { [this.#parameter]: identifier }, undefined, VALUES_TOO);
  }

  /** Disables or enables one. The answer says no more than that it worked. */
  async switch(sor: Sor, identifier: string, to: 'disable' | 'enable'): Promise<Answered<Row>> {
    await sor.write('PUT', `${this.#one}/${to}`, { [this.#parameter]: identifier }, undefined, VALUES_TOO);
    // Rows of both kinds have these two.
    return { identifier, disabled: to === 'disable' } as unknown as Answered<Row>;
  }
}

function answered<Row>(result: unknown): Answered<Row> | undefined {
  return isIdentified(result) ? (result as Answered<Row>) : undefined;
}
