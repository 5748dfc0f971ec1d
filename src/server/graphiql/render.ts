import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

/** GraphiQL as one HTML file of 9 MB that loads nothing else. */
export interface RenderedPage {
  readonly html: Uint8Array<ArrayBuffer>;
  /** Names the page's content, without quotes; the same after a restart as long as the page is. */
  readonly version: string;
  /** Lets the page's own script run and talk to its own origin, and nothing else. */
  readonly contentSecurityPolicy: string;
}

/** How a caller can be known: the header that says so, and what people call it. */
const CREDENTIALS = { jwt: ['authorization', 'Token'], secret: ['x-gateway-secret', 'Secret'] } as const;

export interface ToolbarOptions {
  /** Whether the data is made up. */
  readonly isSandbox: boolean;
  /** The APIs that can be called. */
  readonly apis: readonly { readonly api: string; readonly title: string }[];
  /** How callers can be known. */
  readonly ways: readonly (keyof typeof CREDENTIALS | 'none')[];
}

const fileBeside = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The script of the toolbar, which must run before that of GraphiQL. */
const TOOLBAR_SCRIPT = fileBeside('toolbar.js');

/** The bar above GraphiQL: whether data is real, what the last operation has cost, and who calls. */
function toolbarHtml({ isSandbox, apis, ways }: ToolbarOptions): string {
  const [mode, sentence] = isSandbox
    ? ['SANDBOX', 'All data is made up: change what you like.']
    : [
        'LIVE',
        `Real data of ${apis.map(({ title }) => title).join(' and ')}. Calls count against the limits of the accounts.`,
      ];
  const credentials = ways.flatMap((way) => (way === 'none' ? [] : [CREDENTIALS[way]]));
  const options = credentials.map(([header, name]) => `<option value="${header}">${name}</option>`);
  // What is typed is hidden by style: browsers offer to store passwords.
  const fields = `<select aria-label="Credential">${options.join('')}</select>
<input aria-label="Value" required autocomplete="off" spellcheck="false"><button>Sign in</button>`;
  return `<style>${fileBeside('toolbar.css')}</style>
<header id="toolbar" class="graphiql-container" data-mode="${mode}">
<details><summary><b>${mode}</b><span>${sentence}</span><span role="status">Run an operation to see its calls.</span></summary>
<div><table></table></div></details>
<form hidden>${options.length > 0 ? fields : ''}<output></output></form>
</header>
<script>${TOOLBAR_SCRIPT}</script>`;
}

/** The editor's workers are blobs, its styles inline, its fonts and icons `data:`. */
function policyFor(scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map((script) => `'sha256-${hash('sha256', script, 'base64')}'`).join(' ')}`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A thread of its own: it takes the page's options and those of the toolbar, and posts the page. */
const rendered = renderGraphiQL(workerData.options);
const script = rendered.slice(rendered.indexOf('<script>') + '<script>'.length, rendered.lastIndexOf('</script>'));
const html = rendered
  .replace('<title>', (title) => `<meta name="viewport" content="width=device-width" />${title}`)
  .replace('<div id="root">', (root) => toolbarHtml(workerData.toolbar) + root);
const page: RenderedPage = {
  html: new TextEncoder().encode(html),
  version: hash('sha256', html, 'base64url'),
  contentSecurityPolicy: policyFor([TOOLBAR_SCRIPT, script]),
};
parentPort?.postMessage(page);
