import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { moduleBoundary } from './scripts/eslint/module-boundary.mjs';

/** Rules of the node packages. The plugins have their own configuration, from Grafana's tooling. */
export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/node_modules/',
    '**/coverage/',
    'datasource-plugin/',
    'panel-plugin/',
    '.cache/',
    'test/output/',
    'bench/output/',
    'packages/',
    'data/',
  ]),
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX, pneumograph: { rules: { 'module-boundary': moduleBoundary } } },
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*/vitest.config.ts', '*/vitest.setup.ts', 'test/playwright.config.ts'],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.js'],
          extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
        }),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowRegExp: true },
      ],
      // An async function fits an interface whose other implementations have to wait.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['*/src/**/*.ts'], rules: { 'pneumograph/module-boundary': 'error' } },
  {
    files: ['**/*.test.ts'],
    rules: {
      // Answers of the outside face are read as the loose JSON that they are.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['test/e2e/**/*.ts'],
    // Fixtures are functions, however their library declares them.
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  { files: ['**/*.{js,mjs}'], extends: [tseslint.configs.recommended] },
  prettier
);
