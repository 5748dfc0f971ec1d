/**
 * Whether something is there that the tests of a file cannot run without. Where it is missing they are skipped, and
 * this says so; with `REQUIRE_ALL_TESTS=1`, as where changes are checked, it throws instead.
 */
export function requires(what: string, isThere: boolean): boolean {
  if (isThere) return true;
  const message = `${what} is missing, and these tests need it`;
  if (process.env['REQUIRE_ALL_TESTS'] === '1') throw new Error(`${message}: install it.`);
  process.stderr.write(`SKIPPED: ${message}.\n`);
  return false;
}
