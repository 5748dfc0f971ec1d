// Plain JavaScript, so that a Node too old for everything else can still say what is wrong.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `This needs Node 24 or newer, and runs on ${process.version}. Start it with "npm start": npm ci brings its own Node.\n`,
  );
  process.exit(1);
}
// Otherwise graphql searches every object it meets for a sign of having been loaded twice.
process.env.NODE_ENV ??= 'production';
await import(process.argv[2] === 'sandbox' ? './sandbox/main.ts' : './main.ts');
