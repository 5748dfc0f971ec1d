/** Whether a client wants nothing that was read before (`Cache-Control: no-cache` or `no-store`, RFC 9111). */
export function mustRevalidate(request: Request): boolean {
  const header = request.headers.get('cache-control');
  return header !== null && /(?:^|,)\s*no-(?:cache|store)\s*(?:,|$)/i.test(header);
}
