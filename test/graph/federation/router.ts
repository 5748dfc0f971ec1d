import type { Answer, Gateway } from '../../support/gateway.ts';

/** An entity as a router names it. */
export type Representation = Record<string, unknown>;

/** Asks for entities as a router does. */
export function entities(gateway: Gateway, representations: readonly unknown[], selection: string): Promise<Answer> {
  return gateway.query(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`,
    { representations },
  );
}

/** The `id` of an object. */
export function idOf(typeName: string, key: string): string {
  return Buffer.from(`${typeName}:${key}`).toString('base64url');
}

/** As many of whatever is made of a number from 0. */
export function times<Made>(count: number, make: (index: number) => Made): Made[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
