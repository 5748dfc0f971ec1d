/** The `id` of an object, and the ids by which the APIs know it: where one of those is expected, the `id` does as well. */
import { LRUCache } from 'lru-cache';
import { BadInput } from './caller-error.ts';

/** What the APIs call an object: the id by which they know it first. */
type ApiNames = Readonly<Record<string, unknown>>;

/** How the key in an `id` is taken apart, by type; undefined for a key that no object has. */
const types = new Map<string, (key: string) => ApiNames | undefined>();

/** Makes the ids of a type readable. */
export function readableIds(typeName: string, namesIn: (key: string) => ApiNames | undefined): void {
  types.set(typeName, namesIn);
}

/** The `id` of an object: its type and its key there, in URL-safe base64. */
export function globalId(typeName: string, key: string | number): string {
  return Buffer.from(`${typeName}:${key}`).toString('base64url');
}

/** What an `id` names. Throws `BadInput` for one that this graph did not give out. */
export function readId(id: string): Named {
  const named = namedBy(id);
  if (named) return named;
  throw new BadInput('Expected an `id` that this graph gave out.');
}

/** What an `id` names. */
interface Named {
  typeName: string;
  key: string;
}

/** The argument of a field is read again for each of ten thousand rows. Longer texts are no such argument. */
const LONGEST_KEPT = 200;
const lastNamed = new LRUCache<string, { named: Named | undefined }>({ max: 100 });

function namedBy(id: string): Named | undefined {
  const known = lastNamed.get(id);
  if (known) return known.named;
  const named = decoded(id);
  if (id.length <= LONGEST_KEPT) lastNamed.set(id, { named });
  return named;
}

function decoded(id: string): Named | undefined {
  const text = Buffer.from(id, 'base64url').toString();
  const [, typeName = '', key = ''] = /^([A-Za-z]+):(.+)$/s.exec(text) ?? [];
  // Only what `globalId` writes is an id: anything else would make two ids of one object.
  return types.has(typeName) && globalId(typeName, key) === id ? { typeName, key } : undefined;
}

/** Hears of a value that cannot be what it is given as. */
type Mistake = (name: string, message: string) => void;

/** The ids that some values are, by the names of the values: of which type each is. */
export type GivenIds = Readonly<Record<string, string>>;

/**
 * The same values with ids of the APIs alone: of an `id` it takes what that stands for, and any other text is an id of
 * theirs. What an `id` says beside that, as of which type a customer is, replaces the value of that name. The `id` of
 * an object of another type stays, and `mistake` hears of it.
 */
export function withApiIds<Values extends object>(values: Values, ids: GivenIds, mistake: Mistake = refuse): Values {
  let read = values as Record<string, unknown>;
  for (const name in ids) {
    const given = read[name];
    // Every row comes by here, and most name no object.
    if (given === undefined || given === null) continue;
    const typeName = ids[name] ?? '';
    if (Array.isArray(given)) {
      const list = listOf(given, typeName);
      for (const message of list.mistakes) mistake(name, message);
      read = { ...read, [name]: list.read };
    } else {
      const names = namesOf(name, typeName, mistake)(given);
      // The id itself goes under no name but that of the value.
      const [own = name] = Object.keys(names);
      read = { ...read, ...names, [own]: read[own], [name]: idIn(names) };
    }
  }
  // The same members, of the same types.
  return read as Values;
}

/** A list of ids as the APIs know them, and what is wrong with some. */
interface ReadList {
  read: readonly unknown[];
  mistakes: readonly string[];
}

/** By type. A list may be the argument of a field of ten thousand rows. */
const readLists = new WeakMap<readonly unknown[], Map<string, ReadList>>();

function listOf(given: readonly unknown[], typeName: string): ReadList {
  const known = readLists.get(given) ?? new Map<string, ReadList>();
  readLists.set(given, known);
  const mistakes: string[] = [];
  const namesIn = namesOf('', typeName, (_name, message) => mistakes.push(message));
  const list = known.get(typeName) ?? { read: given.map((text) => idIn(namesIn(text))), mistakes };
  known.set(typeName, list);
  return list;
}

/** How a value of this name is read, which may be the `id` of an object of a type. */
function namesOf(name: string, typeName: string, mistake: Mistake): (text: unknown) => ApiNames {
  return (text) => {
    const named = typeof text === 'string' ? namedBy(text) : undefined;
    const isOther = named && named.typeName !== typeName;
    if (isOther) mistake(name, `Expected an id of the type ${typeName}, not ${named.typeName}.`);
    return (named && !isOther && types.get(named.typeName)?.(named.key)) || { [name]: text };
  };
}

function idIn(names: ApiNames): unknown {
  return Object.values(names)[0];
}

function refuse(_name: string, message: string): never {
  throw new BadInput(message);
}
