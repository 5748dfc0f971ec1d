import { registerHooks } from 'node:module';

/** Loaded before a program whose generated files, in `gql/`, import each other as bundlers do: without an ending. */
registerHooks({
  resolve(specifier, context, next) {
    const isGenerated = context.parentURL?.includes('/src/gql/') && specifier.startsWith('./');
    return next(isGenerated ? `${specifier}.ts` : specifier, context);
  },
});
