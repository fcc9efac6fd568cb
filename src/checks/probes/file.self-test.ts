import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

/** SHA-256 of `abc` (FIPS 180-2, appendix B.1). */
const digestOfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

async function written(path: string, text: string): Promise<{ readonly input: unknown }> {
  await writeFile(path, text, { mode: 0o600 })
  return { input: { path, hash: true } }
}

export const selfTest: SelfTest = {
  kind: 'file',
  expect: `facts.readable && !facts.readableByOthers && facts.sha256 == "${digestOfAbc}"`,
  cases: [
    { meets: 'the file that is expected', end: 'pass', arrange: ({ folder }) => written(join(folder, 'same'), 'abc') },
    { meets: 'a file with other content', end: 'fail', arrange: ({ folder }) => written(join(folder, 'other'), 'abd') },
    {
      meets: 'a path that does not exist',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { path: join(folder, 'nothing'), hash: true } }),
    },
    {
      meets: 'an impossible path',
      end: 'unknown',
      arrange: ({ folder }) => ({ input: { path: `${folder}\0`, hash: true } }),
    },
  ],
}
