import { APIS } from '../sources/apis.ts';
import { builder } from './builder.ts';

export const UpstreamApi = builder.enumType('UpstreamApi', {
  description: 'The APIs behind this graph.',
  values: Object.fromEntries(APIS.map(({ name, product }) => [name, { description: `${product}.` }])),
});
