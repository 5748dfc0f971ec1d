import { hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { TOOLBAR_SCRIPT, toolbarHtml } from './toolbar.ts';

/** What a page can be sent in. */
export type Coding = 'br' | 'gzip' | 'identity';

/** GraphiQL as one HTML file of 9 MB that loads nothing else. */
export interface GraphiqlPage {
  /** The page in each coding. */
  readonly bodies: Readonly<Record<Coding, Uint8Array<ArrayBuffer>>>;
  /** Names the page's content, without quotes; the same after a restart as long as the page is. */
  readonly version: string;
  /** Lets the page's own script run and talk to its own origin, and nothing else. */
  readonly contentSecurityPolicy: string;
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
const page: GraphiqlPage = {
  bodies: {
    identity: new TextEncoder().encode(html),
    gzip: new Uint8Array(gzipSync(html)),
    // 1.9 MB; a higher quality takes four times as long for 1% less.
    br: new Uint8Array(brotliCompressSync(html, { params: { [zlib.BROTLI_PARAM_QUALITY]: 6 } })),
  },
  version: hash('sha256', html, 'base64url'),
  contentSecurityPolicy: policyFor([TOOLBAR_SCRIPT, script]),
};
parentPort?.postMessage(page);
