import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

export const selfTest: SelfTest = {
  kind: 'disk',
  expect: 'facts.exists && facts.totalBytes > 0',
  cases: [
    { meets: 'a folder', end: 'pass', arrange: ({ folder }) => ({ input: { path: folder } }) },
    {
      meets: 'a path that does not exist',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { path: join(folder, 'nothing') } }),
    },
    {
      meets: 'an impossible path',
      end: 'unknown',
      arrange: ({ folder }) => ({ input: { path: `${folder}\0` } }),
    },
  ],
}
