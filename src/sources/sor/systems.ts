import DataLoader from 'dataloader';
import { type Route, template } from '../../http/client/path.ts';
import type { UpstreamError } from '../../http/client/upstream-error.ts';
import { flagIn, listIn, textOf } from '../exact-values.ts';
import { SYSTEMS } from './resources.ts';
import type { Sor } from './sor.ts';

/** An attribute's definition in the API's spelling; only `identifier` is certain. */
export interface AttributeRow {
  /** Empty in a list for a row that cannot be told from others. */
  identifier: string;
  key: string | null;
  label: string | null;
  value_type: string | null;
  disabled: boolean | null;
  /** Only inside a system, not where an attribute is viewed alone (vendor's page: customer attributes). */
  sources: unknown;
  /** Only where an attribute is viewed alone; inside a system filled from it. */
  system_of_record_identifier: string | null;
}

/** A system of record in the API's spelling; only `identifier` is certain. */
export interface SystemRow {
  /** Empty in a list for a row that cannot be told from others. */
  identifier: string;
  name: string | null;
  type: string | null;
  /** Secret. */
  api_keys: unknown;
  attributes_count: number | null;
  disabled: boolean | null;
  updated_date: unknown;
  customer_attributes: AttributeRow[] | undefined;
}

const LIST = template('/api/system_of_records');
const ONE = template('/api/system_of_records/{sor_identifier}');
const ATTRIBUTE = template('/api/customer_attributes/{ca_identifier}');

/** The name by which profiles carry the values of the one global system (vendor's page: customer profiles). */
export const GLOBAL = 'global';

/** The list of systems as it is looked into: gone through once, however many fields ask. */
interface Directory {
  systems: readonly SystemRow[];
  byName: ReadonlyMap<string, SystemRow>;
}

interface DefinitionLookup {
  identifier: string;
  /** Whether only the list will do. */
  fromList: boolean;
}

/** Systems of record and their attributes, for one operation. The list is read at most once. */
export class SorSystems {
  readonly #sor: Sor;
  readonly #one = viewedOrListed(
    (identifier) => this.#view(identifier),
    async () => (await this.#directory()).byName,
  );
  readonly #attribute = viewedOrListed(
    (identifier) => this.#viewed<AttributeRow>(ATTRIBUTE, { ca_identifier: identifier }, identifier),
    async () => new Map((await this.attributesOfAll(await this.list())).map((row) => [row.identifier, row])),
  );
  readonly #attributesByKey = new WeakMap<Directory, Promise<ReadonlyMap<string | null, AttributeRow[]>>>();

  constructor(sor: Sor) {
    this.#sor = sor;
  }

  /** All of them, in the API's order. */
  async list(): Promise<readonly SystemRow[]> {
    return (await this.#directory()).systems;
  }

  /** One of them by its identifier, or by the word `global`; null when there is none. One call, or the list's for several. */
  find(identifier: string): Promise<SystemRow | null> {
    return this.#one.load({ identifier, fromList: identifier === GLOBAL });
  }

  /** The system that a profile names: out of the list, which serves every row of an answer. */
  async findInList(name: string): Promise<SystemRow | null> {
    return (await this.#directory()).byName.get(name) ?? null;
  }

  /** The identifier that a system is written to by: reads also know the global one as `global`. */
  async identifierOf(name: string): Promise<string> {
    return name === GLOBAL ? ((await this.findInList(name))?.identifier ?? name) : name;
  }

  /** The identifier of the global system if it is one of these. The list of systems is asked once for the whole process. */
  globalAmong(identifiers: ReadonlySet<string>): string | undefined | Promise<string | undefined> {
    const among = (id: string | undefined) => (id !== undefined && identifiers.has(id) ? id : undefined);
    const { globalIdentifier } = this.#sor.shown;
    const isKnown = globalIdentifier ?? identifiers.values().every((name) => this.knownGlobal(name) !== undefined);
    return isKnown ? among(globalIdentifier) : this.findInList(GLOBAL).then((system) => among(system?.identifier));
  }

  /** Whether a name is that of the global system, as far as it is known without a call. */
  knownGlobal(name: string): boolean | undefined {
    const { globalIdentifier, systems } = this.#sor.shown;
    if (name === GLOBAL || name === globalIdentifier) return true;
    return globalIdentifier !== undefined || systems.has(name) ? false : undefined;
  }

  /** One attribute by its identifier: viewed, or out of the list for several. `fromList` knows its sources as well. */
  attribute(identifier: string, fromList = false): Promise<AttributeRow | null> {
    return this.#attribute.load({ identifier, fromList });
  }

  /** The attributes with a key, in all systems. */
  async attributesWithKey(key: string | null): Promise<readonly AttributeRow[]> {
    if (key === null) return [];
    const directory = await this.#directory();
    const known = this.#attributesByKey.get(directory);
    const byKey = known ?? this.attributesOfAll(directory.systems).then((rows) => Map.groupBy(rows, (row) => row.key));
    if (!known) this.#attributesByKey.set(directory, byKey);
    return (await byKey).get(key) ?? [];
  }

  /** The attributes of a system; if the list lacks them, as the vendor's page suggests, the system is viewed. */
  async attributesOf(system: SystemRow): Promise<AttributeRow[]> {
    if (system.customer_attributes) return system.customer_attributes;
    // Nobody can ask for what belongs to a system without an identifier.
    if (!isIdentified(system)) return definitionRows([null]);
    const viewed = await this.#view(system.identifier);
    return viewed?.customer_attributes ?? [];
  }

  /** The same of several systems, one after the other. */
  async attributesOfAll(systems: readonly SystemRow[]): Promise<AttributeRow[]> {
    return (await Promise.all(systems.map((system) => this.attributesOf(system)))).flat();
  }

  /** The attribute of a system with a key; null when there is none. */
  async attributeOf(system: SystemRow, key: string): Promise<AttributeRow | null> {
    const found = (await this.attributesOf(system)).find((attribute) => attribute.key === key);
    if (found && !isIdentified(found)) throw this.malformed();
    return found ?? null;
  }

  /** The error of a row of the list that cannot be told from others. */
  malformed(): UpstreamError {
    return this.#sor.malformed(LIST);
  }

  async #directory(): Promise<Directory> {
    const rows = await this.#sor.read({
      about: SYSTEMS,
      route: LIST,
      shape: (result) => {
        const listed = listIn(result);
        if (!listed) throw this.malformed();
        return listed;
      },
    });
    const directory = directoryOf(rows ?? []);
    this.#sor.shown.globalIdentifier ??= directory.byName.get(GLOBAL)?.identifier;
    return directory;
  }

  async #view(identifier: string): Promise<SystemRow | null> {
    const row = await this.#viewed<SystemRow>(ONE, { sor_identifier: identifier }, identifier);
    return row && withOwnAttributes(row);
  }

  /** A row that was not asked for is never used. */
  async #viewed<Row extends { identifier: string }>(
    route: Route,
    params: Readonly<Record<string, string>>,
    identifier: string,
  ): Promise<Row | null> {
    const found = await this.#sor.read({ about: SYSTEMS, route, params, mayBeMissing: true });
    if (found === undefined) return null;
    // It may come in a list, as a profile does (vendor's page: customer profiles).
    const listed = [found].flat();
    const rows = definitionRows<Row>(listed);
    if (!rows.every(isIdentified)) throw this.#sor.malformed(route);
    return rows.find((row) => row.identifier === identifier) ?? null;
  }
}

/** Rows that are asked for at one moment: a lone one is viewed, several come out of the list of all. */
function viewedOrListed<Row>(
  view: (identifier: string) => Promise<Row | null>,
  listed: () => Promise<ReadonlyMap<string, Row>>,
): DataLoader<DefinitionLookup, Row | null> {
  const read = async (lookups: readonly DefinitionLookup[]): Promise<(Row | null)[]> => {
    const [only = '', ...others] = new Set(lookups.map(({ identifier }) => identifier));
    if (others.length === 0 && !lookups.some(({ fromList }) => fromList)) {
      const row = await view(only);
      return lookups.map(() => row);
    }
    const rows = await listed();
    return lookups.map(({ identifier }) => rows.get(identifier) ?? null);
  };
  return new DataLoader(read, { cache: false });
}

/** By the answer, which operations share. */
const directories = new WeakMap<readonly unknown[], Directory>();

function directoryOf(rows: readonly unknown[]): Directory {
  const known = directories.get(rows);
  if (known) return known;
  const systems = definitionRows<SystemRow>(rows).map(withOwnAttributes);
  const named = systems.filter(isIdentified);
  const byName = new Map(named.map((system) => [system.identifier, system]));
  const global = named.find(({ type }) => textOf(type)?.toLowerCase() === GLOBAL);
  if (global) byName.set(GLOBAL, global);
  const directory = { systems, byName };
  directories.set(rows, directory);
  return directory;
}

/** Rows with identifiers and keys as text, and flags as such. An identifier is empty for what has none. */
export function definitionRows<Row extends { identifier: string }>(rows: readonly unknown[]): Row[] {
  return rows.map((row) => {
    const { identifier, key, disabled } = Object(row) as Partial<Record<keyof AttributeRow, unknown>>;
    return {
      ...(row as Row),
      identifier: textOf(identifier) ?? '',
      ...(key !== undefined && { key: textOf(key) }),
      ...(disabled !== undefined && { disabled: flagIn(disabled) }),
    };
  });
}

/** Whether a row can be told from others. */
export function isIdentified<Row>(row: unknown): row is Row {
  return Object(row).identifier !== '';
}

function withOwnAttributes(row: SystemRow): SystemRow {
  const { customer_attributes: given, attributes_count } = row as { customer_attributes?: unknown } & SystemRow;
  // Where some are counted, null may say as well that they are not listed here.
  const attributes = given === null && attributes_count ? undefined : listIn(given);
  const own = { system_of_record_identifier: row.identifier || null };
  return {
    ...row,
    customer_attributes:
      attributes && definitionRows<AttributeRow>(attributes).map((attribute) => ({ ...attribute, ...own })),
  };
}
