import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createUnfinished, removeUnfinished, settleUnfinished } from '../../../src/base/files/whole-file.js'
import { withParts } from '../../e2e/built.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-unfinished-'))

it('is removed when the process ends, unless it is settled, and the exit code stays', () => {
  const [left, settled, gone] = ['left', 'settled', 'gone'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const text = `
    import { rmSync } from 'node:fs'
    ${withParts(['wholeFile'])}
    const { createUnfinished, settleUnfinished } = wholeFile
    for (const path of ${JSON.stringify([gone, left, settled])}) createUnfinished(path)
    settleUnfinished(${JSON.stringify(settled)})
    rmSync(${JSON.stringify(gone)})
    process.exit(130)`
  expect(spawnSync(process.execPath, ['--input-type=module', '-e', text]).status).toBe(130)
  expect([left, settled, gone].map((path) => existsSync(path))).toEqual([false, true, false])
})

it('is new, its owner alone can read it, and removing it twice is not an error', () => {
  const path = join(folder, 'own')
  createUnfinished(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(() => createUnfinished(path)).toThrow(/EEXIST/)
  removeUnfinished(path)
  removeUnfinished(path)
  settleUnfinished(path)
  expect(existsSync(path)).toBe(false)
})
