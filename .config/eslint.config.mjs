/**
 * ESLint for what only types can show, and only that: promises that nobody waits for. Biome does the rest. Its own rule
 * for floating promises missed one that came through a workspace package, so this one reads types across rooms.
 */
import tseslint from 'typescript-eslint';

export default [
  {
    files: ['**/src/**/*.ts', '**/src/**/*.tsx'],
    ignores: ['**/dist/**', '**/dist-web/**'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: [`${import.meta.dirname}/tsconfig.lint.json`] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // A handler that React calls may be async: React ignores what it returns, and errors are caught inside it.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
];
