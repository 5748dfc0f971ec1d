import { HOOD } from '../sources/hood/api.ts';
import { SOR } from '../sources/sor/api.ts';
import { builder } from './builder.ts';

/** Every API behind the graph. */
export const APIS = [HOOD, SOR];

export const UpstreamApi = builder.enumType('UpstreamApi', {
  description: 'The APIs behind this graph.',
  values: Object.fromEntries(APIS.map(({ name, product }) => [name, { description: `${product}.` }])),
});
