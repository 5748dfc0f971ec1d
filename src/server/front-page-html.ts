import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Overview } from './overview.ts';

/** What a page shows, and where. */
export interface Shown {
  title: string;
  sentence: string;
  /** How the gateway stands, for whoever may know. */
  overview: Overview | undefined;
  /** What leads from the page's own path to the root, such as `../`. */
  root: string;
  paths: Readonly<Record<string, string>>;
  /** The operation to try as a command, one line of it each; none where there is none. */
  curl: readonly string[];
}

const STYLE = readFileSync(new URL('front-page.css', import.meta.url), 'utf8');

/** Nothing is loaded and no script runs. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`;

/** Where the pages of documentation are: they are read beside the code, and not served. */
const DOCUMENTATION = {
  'docs/tutorial.md': 'Ten minutes with the graph',
  'docs/frontend.md': 'Clients, paging, errors, costs',
  'docs/configuration.md': 'Every setting',
  'docs/operations.md': 'Going live, and watching it',
};

const TROUBLES: Record<string, string> = {
  credential_refused: 'It refuses the credential of the gateway.',
  route_refused: 'It refuses the credential of the gateway for routes that /ready names.',
  redis_away: 'Redis is away: this process keeps its part of the limits by itself.',
  draining: 'This process is stopping.',
  shedding: 'This process is overloaded, and refuses operations.',
};

const MODES = {
  sandbox: ['SANDBOX', 'All data is made up. No API is called.'],
  live: ['LIVE', 'Real data. Calls count against the limits of the accounts.'],
};

/** A whole page. */
export function pageOf({ title, sentence, overview, root, paths, curl }: Shown): string {
  const links = Object.entries(paths).map(
    ([path, what]) => html`<dt><a href="${root}${path.slice(1)}"><code>${path}</code></a></dt><dd>${what}</dd>`,
  );
  const documents = Object.entries(DOCUMENTATION).map(
    ([file, what]) => html`<dt><code>${file}</code></dt><dd>${what}</dd>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(MARK.replace('currentColor', '#7d5bd0'))}">
<style>${new Markup(STYLE)}</style>
</head>
<body>${overview && bannerOf(overview)}<main>
<header>${MARK}<div><h1>${title}${overview && html` <small>${overview.version}</small>`}</h1>
<p>${sentence}</p></div></header>
${overview && stateOf(overview, root, paths)}
${curl.length > 0 && html`<h2>Try it</h2><pre>${curl.join(' \\\n  ')}</pre>`}
<h2>What is here</h2>
<dl>${links}</dl>
${overview && html`<h2>Documentation</h2><p>In the repository of the gateway:</p><dl>${documents}</dl>`}
${overview && html`<footer>As of ${new Date().toISOString().replace('T', ' ').slice(0, 19)} UTC; reload for newer numbers. Who asks for no HTML gets the same as JSON.</footer>`}
</main></body>
</html>
`.toString();
}

function bannerOf({ mode }: Overview): Markup {
  const [word, sentence] = MODES[mode];
  return html`<aside class="banner ${mode}" aria-label="Mode"><strong>${word}</strong>${sentence}</aside>`;
}

function stateOf({ status, degraded, apis }: Overview, root: string, paths: Shown['paths']): Markup {
  const troubles = [status, ...degraded].flatMap((each) => TROUBLES[each] ?? []);
  return html`${troubles.map((each) => html`<p class="trouble">${each}</p>`)}
<nav class="actions" aria-label="Main">
${paths['/graphql']?.includes('GraphiQL') && html`<a href="${root}graphql">Open GraphiQL</a>`}
${paths['/schema.graphql'] && html`<a href="${root}schema.graphql">Schema</a>`}
</nav>
<h2>The APIs</h2>
<div class="apis">${apis.map(cardOf)}</div>`;
}

function cardOf({ title, mode, because, limits, waiting, openRoutes, degraded }: Overview['apis'][number]): Markup {
  const troubles = degraded.flatMap((each) => TROUBLES[each] ?? []);
  const failing = openRoutes.includes('*') ? 'All calls' : `Calls of ${openRoutes.join(', ')}`;
  if (openRoutes.length > 0) troubles.push(`${failing} keep failing, and are refused at once until one succeeds.`);
  if (waiting > 0) troubles.push(`${waiting} ${waiting === 1 ? 'call waits' : 'calls wait'} for a free slot.`);
  const rooms = limits.map(({ windowSeconds, limit, remaining }) => {
    const span = windowSeconds === 1 ? 'This second' : 'This minute';
    return html`<label class="limit">${span}<span>${remaining} of ${limit} calls left</span>
<meter min="0" max="${limit}" low="${limit / 4}" value="${remaining}"></meter></label>`;
  });
  return html`<section class="api"><h3>${title}<span class="state ${mode}">${mode}</span></h3>
<p>${because[0]?.toUpperCase()}${because.slice(1)}.</p>${troubles.map((each) => html`<p class="trouble">${each}</p>`)}
${mode !== 'not configured' && (rooms.length > 0 ? rooms : html`<p>No limits are known.</p>`)}</section>`;
}

/** Text that is HTML already. */
class Markup extends String {}

/** HTML in which all that is filled in stays text. What is not there shows nothing. */
function html(parts: TemplateStringsArray, ...values: unknown[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...values.map(textOf)));
}

function textOf(value: unknown): string {
  if (value instanceof Markup) return value.toString();
  if (Array.isArray(value)) return value.map(textOf).join('');
  if (value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Two APIs, one graph. */
export const MARK = new Markup(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 22" fill="none" stroke="currentColor" stroke-width="3" aria-hidden="true"><circle cx="12" cy="11" r="9"/><circle cx="21" cy="11" r="9"/></svg>',
);
