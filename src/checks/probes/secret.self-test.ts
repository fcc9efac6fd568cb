import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

export const selfTest: SelfTest = {
  kind: 'secret',
  expect: 'facts.set && size(facts.reasons) == 0 && facts.bitsAtLeast >= 112',
  cases: [
    {
      meets: 'a fresh random key',
      end: 'pass',
      arrange: () => ({
        input: { name: 'SELFTEST_KEY' },
        environment: { SELFTEST_KEY: randomBytes(48).toString('base64url') },
      }),
    },
    {
      meets: 'a placeholder',
      end: 'fail',
      arrange: () => ({
        input: { name: 'SELFTEST_KEY' },
        environment: { SELFTEST_KEY: 'change-me-to-a-long-random-secret-before-production' },
      }),
    },
    {
      meets: 'a short key',
      end: 'fail',
      arrange: () => ({
        input: { name: 'SELFTEST_KEY' },
        environment: { SELFTEST_KEY: randomBytes(6).toString('base64url') },
      }),
    },
    {
      meets: 'a repository that cannot be searched',
      end: 'unknown',
      arrange: ({ folder }) => ({
        input: { name: 'SELFTEST_KEY', repository: join(folder, 'nothing') },
        environment: { SELFTEST_KEY: randomBytes(48).toString('base64url') },
      }),
    },
  ],
}
