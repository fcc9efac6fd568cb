import js from '@eslint/js'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'sandbox/stand-ins/**/*.mjs'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // These two argue about how a text is put together and how a function of no answer is written, not about faults.
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Functions are made by functions here and know no `this`: handing on a member of what they answer is ordinary.
      '@typescript-eslint/unbound-method': 'off',
      // `async` turns a throw into a rejection, which is what whoever calls such a function relies on.
      '@typescript-eslint/require-await': 'off',
      // A text is spread into its code points on purpose.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // What was caught is thrown on as it came.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      'no-console': 'error',
      // What servers and programs send is made harmless here: control characters in patterns are the point.
      'no-control-regex': 'off',
      // Prettier lays out code and leaves texts and comments as they are: a comment is wrapped, a text may be longer.
      'max-len': [
        'error',
        { code: 120, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // What beforeAll sets is missing in afterAll when it failed, and the types do not say so.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Vitest's matchers for a part of a value are of the type any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // Alphabets are spread into their signs.
      '@typescript-eslint/no-misused-spread': 'off',
      // Programs under test are given what is no error, too.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  { files: ['**/*.{js,mjs}', '**/*.d.mts'], extends: [tseslint.configs.disableTypeChecked] },
  // The script of the HTML report runs in a browser.
  {
    files: ['src/reports/html/assets/*.js'],
    // A variable that holds a text from its first line on.
    rules: { 'no-useless-assignment': 'off' },
    languageOptions: {
      sourceType: 'script',
      globals: Object.fromEntries(
        ['FormData', 'HTMLDetailsElement', 'Element', 'addEventListener', 'document', 'location', 'setTimeout'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
  // What prints for a living: benchmarks, scripts and the sandbox's stand-in programs.
  {
    files: ['bench/**', 'scripts/**', 'sandbox/stand-ins/**', '**/*.mjs', 'bin/**'],
    rules: { 'no-console': 'off' },
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        AbortController: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  // CommonJS, so that the program starts sooner.
  {
    files: ['bin/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: { __dirname: 'readonly', require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
)
