import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { pathOf } from '../scene.ts';
import type { Frame } from './frames.ts';

/** A page that shows the frames; it stands alone and loads nothing. */
export async function flameGraphPage(title: string, frames: Frame): Promise<string> {
  const drawn = createRequire(import.meta.url).resolve('d3-flame-graph');
  const style = readFileSync(join(dirname(drawn), 'd3-flamegraph.css'), 'utf8');
  // Nothing in a page may end its script.
  const inScript = (text: string) => text.replaceAll('</', '<\\/');
  return `<!doctype html>
<meta charset="utf-8">
<title>${title}</title>
<style>
  body { font: 14px system-ui, sans-serif; margin: 16px; }
  ${style}
</style>
<h1>${title}</h1>
<p>Each box is a function, as wide as the time in it and in what it calls. Click one to see it wider.
  Blue is the gateway, yellow its packages, grey Node, red the engine.
  <input id="search" type="search" placeholder="Search" aria-label="Search"> <span id="details"></span></p>
<div id="chart"></div>
<script id="frames" type="application/json">${inScript(JSON.stringify(frames))}</script>
<script>${inScript(await script())}</script>
`;
}

async function script(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry: pathOf('flame-graph/browser.js'), name: 'page', formats: ['iife'] } },
  });
  const [first] = Array.isArray(built) ? built : [];
  const code = first?.output.find((each) => each.type === 'chunk')?.code;
  if (code === undefined) throw new Error('The script of the page could not be built.');
  return code;
}
