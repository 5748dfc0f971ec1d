import type { ApiRequest } from './server.ts';

/**
 * Finds the route that a request is for among routes such as `GET /v1/hood/exports/{id}`, and the part of its path that
 * the template leaves open (empty if none). Of several that fit, the first one is taken.
 */
export function findRoute<Route extends string>(
  routes: readonly Route[],
  { method, segments }: Pick<ApiRequest, 'method' | 'segments'>,
): { route: Route; parameter: string } | undefined {
  for (const route of routes) {
    const [routeMethod, template = ''] = route.split(' ');
    const parts = template.split('/').slice(1);
    if (routeMethod !== method || parts.length !== segments.length) continue;
    if (!parts.every((part, index) => part.startsWith('{') || part === segments[index])) continue;
    return { route, parameter: segments[parts.findIndex((part) => part.startsWith('{'))] ?? '' };
  }
  return undefined;
}
