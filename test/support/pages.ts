import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { printedUpload } from './printed-upload.ts';

/** A page that people read, by its path from the root. */
export interface Page {
  file: string;
  text: string;
}

/** A block of code, with the heading of level two that it stands under. */
export interface Block {
  language: string;
  code: string;
  heading: string;
}

/** An operation that a page prints, in a query or in an upload by `curl`, and what it says about it. */
export interface Sample {
  operation: string;
  upload?: RequestInit;
  variables?: Record<string, unknown>;
  headers: Record<string, string>;
  /** The whole answer; `…` stands for whatever comes there. In variables `…name` is what came last under a name. */
  answer?: { data?: unknown; errors?: unknown; extensions?: unknown };
  /** The calls it makes, as they are printed. */
  calls?: string[];
}

/** README, CONTRIBUTING, SECURITY, and all of `docs`. */
export const PAGES: readonly Page[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/*.md').sort(),
].map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}));

export function pageAt(file: string): string {
  return PAGES.find((page) => page.file === file)?.text ?? '';
}

/** The text under a heading of level two, up to the next one. */
export function section(text: string, heading: string): string {
  const [, rest = ''] = text.split(new RegExp(`^## ${heading}$`, 'm'));
  return rest.split(/^## /m)[0] ?? '';
}

export function blocksIn(text: string): Block[] {
  const parts = text.split(/^## (.*)$/m);
  return parts.flatMap((part, index) =>
    index % 2 === 1
      ? []
      : [...part.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)].map(([, indent = '', language = '', code = '']) => ({
          language,
          code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
          heading: parts[index - 1] ?? '',
        })),
  );
}

/** The cells of a table's rows, without its head. */
export function tableIn(text: string): string[][] {
  return [...text.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) => row.split(' | '));
}

/**
 * The operations of a page, in their order. Blocks of JSON that follow one are its variables or its answer, and a block
 * of plain text is the calls that it makes. A comment `# with the header name: value` in it is obeyed. A file that is
 * uploaded is the last block of CSV.
 */
export function samplesIn(text: string): Sample[] {
  const samples: Sample[] = [];
  let sample: Sample | undefined;
  let file = '';
  for (const { language, code } of blocksIn(text)) {
    if (language === 'graphql') {
      const headers = [...code.matchAll(/^# with the header ([\w-]+): (.+)$/gm)];
      sample = { operation: code, headers: Object.fromEntries(headers.map(([, name, value]) => [name, value])) };
      samples.push(sample);
    } else if (code.includes('-F operations=')) {
      sample = { operation: '', headers: {}, upload: printedUpload(code, new Blob([file])) };
      samples.push(sample);
    } else if (language === 'csv') {
      file = code;
    } else if (language === 'json' && sample) {
      const json = JSON.parse(code);
      if ('data' in json || 'errors' in json) sample.answer = json;
      else sample.variables = json;
    } else if (language === 'text' && sample && /^(GET|POST|PATCH|PUT|DELETE) /.test(code)) {
      sample.calls = code.trimEnd().split('\n');
    } else sample = undefined;
  }
  return samples;
}

/** The `id` that GitHub gives each heading of a page. */
function anchorsOf(text: string): string[] {
  const withoutCode = text.replaceAll(/^```.*?^```$/gms, '');
  return [...withoutCode.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a page to files and headings of this project that are not there. */
export function brokenLinks({ file, text }: Page): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(
    ([, markdown, html]) => markdown ?? html ?? '',
  );
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : normalize(join(dirname(file), path));
    if (target !== file && !existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(target === file ? text : readFileSync(target, 'utf8')).includes(anchor);
  });
}
