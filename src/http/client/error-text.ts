import { parseJson } from '../json/lossless-json.ts';
import type { Api } from './api.ts';
import { maskedSentence } from './masked-sentence.ts';
import { type Sent, sentTexts } from './sent.ts';

/** What of an API's error body may be shown and logged. */
export interface ErrorText {
  title: string | undefined;
  traceId: string | undefined;
  /** All that it says about a write, for the caller who sent that and nobody else. */
  toSender?: string | undefined;
}

/** Plain words, with short numbers at most: no address, URL, quotation or id has this form. */
const HARMLESS = /^(?!.*\d{5})(?!.*\S{25})[\p{L}\d .,'()_-]{1,120}$/u;

/** Needs a letter and a digit: a number alone could be somebody's id. */
const HEX_ID = /^(?=.*\d)(?=.*[a-f])[\da-f]{8,64}$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Values shorter than this, and words of longer texts, are ordinary too often to count as repeated. */
const SHORTEST_ECHO = 3;
const SHORTEST_WORD = 4;

/** Title and trace id of an API's error. Whatever could be personal data or repeats what was sent is dropped. */
export function errorText(api: Api, answer: unknown, sent: Sent): ErrorText {
  const { titles, details = [], traceId } = api.errorWords({ ...Object(answer) });
  const text = titles.find(isText)?.trim();
  const isWrite = sent.method !== undefined && sent.method !== 'GET' && !sent.isOwnCredential;
  const sentences = [text, ...details].filter(isText).map((each) => each.replace(/[.\s]+$/, ''));
  return {
    title: text !== undefined && HARMLESS.test(text) && !echoes(text, sent) ? text : undefined,
    traceId: typeof traceId === 'string' && HEX_ID.test(traceId) && !echoes(traceId, sent) ? traceId : undefined,
    ...(isWrite && sentences.length > 0 && { toSender: maskedSentence([...new Set(sentences)].join('. '), sent) }),
  };
}

/** The same of a body as it came; a body that is not JSON has neither. */
export function errorTextOf(api: Api, body: string, sent: Sent): ErrorText {
  let answer: unknown;
  try {
    answer = parseJson(body, { trailingCommas: api.trailingCommas ?? false });
  } catch {
    // It has no words that could be shown.
  }
  return errorText(api, answer, sent);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function echoes(text: string, sent: Sent): boolean {
  const haystack = text.toLowerCase();
  return sentValues(sent).some((value) => value.length >= SHORTEST_ECHO && haystack.includes(value.toLowerCase()));
}

function sentValues(sent: Sent): string[] {
  return [
    ...sentTexts(sent).flatMap((text) => [text, ...text.split(/[,:]/), ...words(text)]),
    ...Object.values(sent.headers).flatMap((value) => value.split(' ')),
  ];
}

/** One name out of a sentence is still a name. */
function words(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= SHORTEST_WORD);
}
