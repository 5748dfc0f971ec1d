import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Overview } from './overview.ts';

/** What a page shows, and where. */
export interface Shown {
  overview: Overview;
  /** Where clients reach the gateway, without a slash at the end. */
  base: string;
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

/** What a path without anything is answered with. */
export const MISSING = 'There is nothing at this path. GraphQL is at /graphql.';

/** Pages by what they say: how the gateway stands, its name alone, or that there is nothing. */
export const PAGES = {
  overview: (shown: Shown) => pageOf(shown.overview.name, overviewOf(shown), bannerOf(shown)),
  name: (shown: Shown) => pageOf(shown.overview.name, shortOf(shown.overview.name, 'A GraphQL API.', shown)),
  missing: (shown: Shown) => pageOf('Nothing here', shortOf('Nothing here', MISSING, shown)),
};

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

function bannerOf({ overview: { mode } }: Shown): Markup {
  const [word, sentence] = MODES[mode];
  return html`<aside class="banner ${mode}" aria-label="Mode"><strong>${word}</strong>${sentence}</aside>`;
}

function overviewOf(shown: Shown): Markup {
  const { overview, base, root, paths, curl } = shown;
  const troubles = [overview.status, ...overview.degraded].flatMap((each) => TROUBLES[each] ?? []);
  return html`${headOf(overview.name, overview.description, overview.version)}
${troubles.map((each) => html`<p class="trouble">${each}</p>`)}
<nav class="actions" aria-label="Main">
${paths['/graphql']?.includes('GraphiQL') && html`<a href="${root}graphql">Open GraphiQL</a>`}
${paths['/schema.graphql'] && html`<a href="${root}schema.graphql">Schema</a>`}
</nav>
<h2>The APIs</h2>
<div class="apis">${overview.apis.map(cardOf)}</div>
${curl.length > 0 && html`<h2>Try it</h2><pre>${curl.join(' \\\n  ')}</pre>`}
<h2>What is here</h2>
${listOf(shown)}
<h2>Documentation</h2>
<p>In the repository of the gateway:</p>
<dl>${Object.entries(DOCUMENTATION).map(([file, what]) => html`<dt><code>${file}</code></dt><dd>${what}</dd>`)}</dl>
<footer>As of ${new Date().toISOString().replace('T', ' ').slice(0, 19)} UTC; reload for newer numbers. <code>curl ${base}/</code> answers with the same as JSON.</footer>`;
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

const shortOf = (title: string, sentence: string, shown: Shown) =>
  html`${headOf(title, sentence)}<h2>What is here</h2>${listOf(shown)}`;

const listOf = ({ root, paths }: Shown) =>
  html`<dl>${Object.entries(paths).map(
    ([path, what]) => html`<dt><a href="${root}${path.slice(1)}"><code>${path}</code></a></dt><dd>${what}</dd>`,
  )}</dl>`;

function headOf(title: string, sentence: string, version?: string): Markup {
  return html`<header>${MARK}<div><h1>${title}${version && html` <small>${version}</small>`}</h1>
<p>${sentence}</p></div></header>`;
}

function pageOf(title: string, body: Markup, banner = html``): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(MARK.replace('currentColor', '#7d5bd0'))}">
<style>${new Markup(STYLE)}</style>
</head>
<body>${banner}<main>
${body}
</main></body>
</html>
`.toString();
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
