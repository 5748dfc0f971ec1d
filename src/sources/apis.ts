import type { Api } from '../http/client/api.ts';
import { HOOD } from './hood/api.ts';
import { SOR } from './sor/api.ts';

/** Every API behind the graph. Each has a folder of its own beside this file. */
export const APIS: readonly Api[] = [HOOD, SOR];
