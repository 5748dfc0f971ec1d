import { z } from 'zod';
import type { ApiRequest, Reply } from '../server.ts';
import { invalidBody } from './errors.ts';
import { gmt, type HoodRecord } from './generated-row.ts';
import type { Hood, List } from './list.ts';

/** Text of so many characters, counted as code points. */
export const text = (longest: number, shortest = 0) =>
  z.custom<string>(
    (value) => typeof value === 'string' && [...value].length <= longest && value.length >= shortest,
    `must be text of ${shortest} to ${longest} characters`,
  );

/** The integers 0 and 1, not booleans. */
export const flag = z.literal([0, 1], 'must be 0 or 1');

export const oneOf = (...allowed: string[]) => z.enum(allowed, `must be one of ${allowed.join(', ')}`);

/** An object with some of these keys and no others. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, 'must be an object').partial();

/** The body of a write. Throws a `Refusal` (400) with the first thing that is wrong with it. */
export async function readBody<Body>(request: ApiRequest, schema: z.ZodType<Body>): Promise<Body> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw invalidBody('content-type must be application/json');
  const body = await request.json().catch((error: unknown) => {
    if (error instanceof SyntaxError) throw invalidBody('not JSON');
    throw error;
  });
  return checked(body, schema);
}

/** What was sent, if it suits. Throws a `Refusal` (400) with the first thing that is wrong with it. */
export function checked<Body>(body: unknown, schema: z.ZodType<Body>): Body {
  const { data, error } = schema.safeParse(body);
  const [issue] = error?.issues ?? [];
  if (!issue) return data as Body;
  const isUnknown = issue.code === 'unrecognized_keys';
  const place = [...issue.path, ...(isUnknown ? issue.keys.slice(0, 1) : [])];
  throw invalidBody([...place, isUnknown ? 'not a key of this body' : issue.message].join(': '));
}

/** A PATCH: 204, and the row has what was sent. `check` may refuse the row, or what would become of it. */
export async function change<Body extends HoodRecord>(
  { now }: Hood,
  list: List,
  request: ApiRequest,
  id: string,
  schema: z.ZodType<Body>,
  check: (row: HoodRecord, changes: Body) => void = () => {},
): Promise<Reply> {
  const row = list.get(id);
  const changes = await readBody(request, schema);
  check(row, changes);
  if (Object.keys(changes).length === 0) throw invalidBody('at least one field is required');
  list.change(id, { ...changes, update_time: gmt(now() / 1000) });
  return { status: 204 };
}
