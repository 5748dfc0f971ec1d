import graphql from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';

/** Every message of graphql-eslint's two sets of rules for schemas, as `rule line: message`, about a file. */
const [file = ''] = process.argv.slice(2);
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.graphql'],
      languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: file } } },
      plugins: { '@graphql-eslint': { rules: graphql.rules } },
      rules: {
        ...graphql.configs['flat/schema-recommended'].rules,
        ...graphql.configs['flat/schema-relay'].rules,
      },
    },
  ] as ESLint.Options['overrideConfig'],
});
const [result] = await eslint.lintFiles([file]);
process.stdout.write(JSON.stringify(result?.messages.map(({ ruleId, line, message }) => ({ ruleId, line, message }))));
