import { parseJson } from '../json/lossless-json.ts';
import type { Api } from './api.ts';
import { type Sent, sentenceMask, sentTexts } from './masked-sentence.ts';
import type { Said } from './upstream-error.ts';

/** What of an API's error body may be used. */
export interface ErrorText {
  traceId: string | undefined;
  said: Said | undefined;
}

/** Needs a letter and a digit: a number alone could be somebody's id. */
const HEX_ID = /^(?=.*\d)(?=.*[a-f])[\da-f]{8,64}$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Trace id and words of an API's error. Of a refused credential it has no words: those are nobody's business but its owner's. */
export function errorText(api: Api, answer: unknown, sent: Sent): ErrorText {
  const { titles, details = [], traceId } = api.errorWords({ ...Object(answer) });
  const texts = [titles.find(isText), ...details].filter(isText);
  const mask = sentenceMask(sent);
  const [title, ...others] = sent.isOwnCredential ? [] : texts.map(mask);
  const sentences = [title, ...others].filter(isText).map((text) => text.replace(/[.\s]+$/, ''));
  return {
    traceId: typeof traceId === 'string' && HEX_ID.test(traceId) && !wasSent(traceId, sent) ? traceId : undefined,
    said: title ? { title, sentence: `${[...new Set(sentences)].join('. ')}.` } : undefined,
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

/** Whether it is or holds a value of the call, however short. */
function wasSent(id: string, sent: Sent): boolean {
  const lower = id.toLowerCase();
  const values = [...sentTexts(sent), ...Object.values(sent.headers)].flatMap((text) => text.split(/[^\p{L}\p{N}]+/u));
  return values.some((value) => value.length >= 4 && lower.includes(value.toLowerCase()));
}
