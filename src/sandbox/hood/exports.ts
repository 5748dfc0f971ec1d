import { randomUUID } from 'node:crypto';
import { BAD_REQUEST, Refusal } from './errors.ts';
import { COMPANY_ID, gmt } from './generated-row.ts';
import type { Hood, HoodHandler } from './list.ts';

/** So long is a file there. */
const WEEK = 7 * 86_400_000;

/** `POST /exports/{id}/retry`: 202 with the operation, whose id is not the export's. For what failed or has expired. */
export const retryExport: HoodHandler = ({ lists: { exports }, moves, settings, now }, _request, id) => {
  const { status, attempt_count } = exports.get(id);
  if (status !== 'failed' && status !== 'expired') throw new Refusal(BAD_REQUEST, `the export is ${status}`);
  const [at, time] = [now() + settings.exportMs, gmt(now() / 1000)];
  exports.change(id, { status: 'running', attempt_count: Number(attempt_count ?? 0) + 1, update_time: time });
  moves.set(id, { at, status: 'ready' });
  const operation = { company_id: COMPANY_ID, member_id: '1000223', name: 'quick-report-export' };
  return { status: 202, json: { id: randomUUID(), ...operation, status: 'running', start_time: time } };
};

/** Carries out what has become of exports by now: those that run end, and files that were made expire. */
export function moveExports({ lists: { exports }, moves, now }: Hood): void {
  for (const [id, { at, status }] of moves) {
    if (at > now()) continue;
    const expires = at + WEEK;
    moves.delete(id);
    if (status === 'ready') moves.set(id, { at: expires, status: 'expired' });
    const file = { failure_reason: null, size: 1_000, expire_time: gmt(expires / 1000) };
    exports.change(id, { status, update_time: gmt(at / 1000), ...(status === 'ready' && file) });
  }
}
