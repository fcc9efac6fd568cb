import { writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { thisShell, type EnvironmentSource } from '../../../src/environment/environment-source.js'
import { noEnvironment, type EnvironmentOptions } from '../../../src/environment/tested-environment.js'
import { environmentThings } from '../../../src/runbooks/plan/covered/check-things.js'
import { FileDigests } from '../../../src/runbooks/plan/covered/file-digests.js'

const entries = async (sources: readonly EnvironmentSource[], options: Partial<EnvironmentOptions> = {}) => {
  const things = await environmentThings(sources, { ...noEnvironment, ...options }, new FileDigests())
  return things.map(({ entry: { kind, name, digest } }) => [kind, name, digest === null ? 'named' : 'fingerprint'])
}

it('a plan holds a fingerprint of a file, and only names processes and this shell', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-covered-'))
  const [file, pidFile] = [join(folder, 'a.env'), join(folder, 'bus.pid')]
  writeFileSync(file, 'A=1\n')
  writeFileSync(pidFile, '1\n')
  expect(await entries([file, { 'pid-file': pidFile }, thisShell])).toEqual([
    ['environment_file', file, 'fingerprint'],
    ['environment_process', `process of ${pidFile}`, 'named'],
    ['environment_inherited', 'the variables of the caller of preflight', 'named'],
  ])
  expect(await entries([thisShell], { inherit: true, pid: 7 })).toEqual([
    ['environment_process', 'process 7', 'named'],
    ['environment_inherited', 'the variables of the caller of preflight', 'named'],
  ])
  expect(await entries([])).toEqual([])
})
