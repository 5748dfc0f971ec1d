import type { Contestant } from './contestant.ts';
import { gateway, handWritten, keepingGateway, tutorial } from './own.ts';
import { mesh, tailcall } from './peers.ts';

export { gateway, handWritten, keepingGateway, tailcall };

/** Those that need nothing but what `npm ci` installs. */
export const OWN: readonly Contestant[] = [handWritten, gateway, tutorial];

export const CONTESTANTS: readonly Contestant[] = [...OWN, keepingGateway, tailcall, mesh];
