/** What a request sent, decoded: none of it may come back in an error. */
export interface Sent {
  /** Undefined for what changes nothing. */
  method?: string | undefined;
  route: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
  isOwnCredential?: boolean | undefined;
}

/** The values of its path, query and body, but for members of the body that `omitted` names. */
export function sentTexts({ route, path, body }: Pick<Sent, 'route' | 'path' | 'body'>, omitted?: RegExp): string[] {
  const [pathname = '', ...query] = path.split('?');
  const fixed = new Set(route.split('/'));
  const segments = pathname.split('/').filter((part) => !fixed.has(part));
  const values = new URLSearchParams(query.join('?')).values();
  return [...segments.map(decoded), ...values, ...leaves(body, omitted)];
}

/** A redirect may have led to a path that is not encoded as it should be. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Goes through a value of any depth. */
function leaves(value: unknown, omitted?: RegExp): string[] {
  const texts: string[] = [];
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === 'string') texts.push(next);
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, member] of Object.entries(next)) if (!omitted?.test(name)) left.push(member);
  }
  return texts;
}
