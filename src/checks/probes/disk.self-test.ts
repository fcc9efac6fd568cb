import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

export const selfTest: SelfTest = {
  kind: 'disk',
  expect: 'facts.exists && facts.totalBytes > 0',
  cases: [
    { meets: 'a folder', end: 'pass', arrange: ({ folder }) => ({ input: { path: folder } }) },
    {
      meets: 'a path with nothing there',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { path: join(folder, 'nothing') } }),
    },
    {
      meets: 'a path that no system can have',
      end: 'unknown',
      arrange: ({ folder }) => ({ input: { path: `${folder}\0` } }),
    },
  ],
}
