/** The codings a page can be sent in, the smallest first. */
const OFFERED = ['br', 'gzip', 'identity'] as const;

export type ContentCoding = (typeof OFFERED)[number];

/** Below every weight that can be written (RFC 9110, 12.4.2): plain is allowed unless refused, but never preferred. */
const UNSAID = 0.0001;

/**
 * The coding that a client likes best by its `Accept-Encoding` (RFC 9110, 12.5.3), among equals the smallest. A client
 * that says nothing, or refuses everything, gets `identity`: a plain page is better than none.
 */
export function contentCodingFor(acceptEncoding: string | null): ContentCoding {
  const weights = weightsIn(acceptEncoding ?? '');
  const weightOf = (coding: ContentCoding) =>
    weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? UNSAID : 0);
  const [best = 'identity'] = OFFERED.toSorted((one, other) => weightOf(other) - weightOf(one));
  return weightOf(best) > 0 ? best : 'identity';
}

const MEMBER = /^\s*([\w*.+-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;

/** An unreadable header counts as absent. */
function weightsIn(acceptEncoding: string): Map<string, number> {
  const members = acceptEncoding.split(',').flatMap((member) => {
    const [, coding, weight = '1'] = MEMBER.exec(member) ?? [];
    return coding === undefined ? [] : [[coding.toLowerCase(), Number(weight)] as const];
  });
  return new Map(members);
}
