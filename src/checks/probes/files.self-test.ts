import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

export const selfTest: SelfTest = {
  kind: 'files',
  expect: 'facts.newestReadable && facts.newestAgeSeconds < 3600',
  cases: [
    {
      meets: 'a file of now',
      end: 'pass',
      arrange: ({ folder }) => {
        writeFileSync(join(folder, 'a.dump'), 'data')
        return { input: { folder, name: '*.dump' } }
      },
    },
    {
      meets: 'a file of yesterday',
      end: 'fail',
      arrange: ({ folder }) => {
        const path = join(folder, 'a.dump')
        const yesterday = Date.now() / 1000 - 86_400
        writeFileSync(path, 'data')
        utimesSync(path, yesterday, yesterday)
        return { input: { folder, name: '*.dump' } }
      },
    },
    { meets: 'an empty folder', end: 'fail', arrange: ({ folder }) => ({ input: { folder, name: '*.dump' } }) },
    {
      meets: 'an impossible path',
      end: 'unknown',
      arrange: ({ folder }) => ({ input: { folder: `${folder}\0` } }),
    },
  ],
}
