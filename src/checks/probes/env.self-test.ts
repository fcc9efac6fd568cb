import type { SelfTest } from '../../engine/self-test.js'

export const selfTest: SelfTest = {
  kind: 'env',
  expect: 'facts.set && facts.valid && facts.invalid.size() == 0',
  variables: { SELFTEST_SCHEME: { reads: ['lower'], values: ['one', 'two'], exposure: 'public' } },
  cases: [
    {
      meets: 'a value that its target accepts',
      end: 'pass',
      arrange: () => ({ input: { name: 'SELFTEST_SCHEME' }, environment: { SELFTEST_SCHEME: 'TWO' } }),
    },
    {
      meets: 'a value that its target refuses',
      end: 'fail',
      arrange: () => ({ input: { name: 'SELFTEST_SCHEME' }, environment: { SELFTEST_SCHEME: 'three' } }),
    },
    { meets: 'a variable that is not set', end: 'fail', arrange: () => ({ input: { name: 'SELFTEST_SCHEME' } }) },
    {
      meets: 'a question about numbers where none is declared',
      end: 'unknown',
      arrange: () => ({ input: { every: 'numeric' } }),
    },
  ],
}
