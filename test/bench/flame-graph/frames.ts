import type { Profiler } from 'node:inspector';

/** A function in the place it was called from, as d3-flame-graph takes them. */
export interface Frame {
  name: string;
  /** Whose code it is. */
  origin: 'ours' | 'packages' | 'node' | 'engine';
  /** Samples in it and in what it called. */
  value: number;
  children: Frame[];
}

const WAITING = '(idle)';

/** A profile of V8's as a tree, without the time in which nothing was done. */
export function framesOf({ nodes }: Profiler.Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const frame = (id: number): Frame[] => {
    const node = byId.get(id);
    if (!node || node.callFrame.functionName === WAITING) return [];
    const children = (node.children ?? []).flatMap(frame);
    const value = children.reduce((sum, child) => sum + child.value, node.hitCount ?? 0);
    return value === 0 ? [] : [{ ...nameOf(node.callFrame), value, children }];
  };
  const [root] = frame(nodes[0]?.id ?? 0);
  return root ?? { name: 'nothing', origin: 'engine', value: 0, children: [] };
}

function nameOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): Pick<Frame, 'name' | 'origin'> {
  const name = functionName || '(anonymous)';
  if (url === '') return { name, origin: 'engine' };
  if (url.startsWith('node:')) return { name: `${name} ${url}`, origin: 'node' };
  const [, file = url] = /\/node_modules\/(.*)$/.exec(url) ?? /\/(src\/.*)$/.exec(url) ?? [];
  const origin = url.includes('/node_modules/') ? 'packages' : 'ours';
  return { name: `${name} ${file}:${lineNumber + 1}`, origin };
}
