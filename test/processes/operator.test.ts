import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, it } from 'vitest'
import { compiled } from '../compiled.js'

const program = `
  import { canChangeOwners } from ${JSON.stringify(compiled(join(import.meta.dirname, '../../src/processes/operator.ts')))}
  console.log(canChangeOwners())`

/** What a process of its own says of itself, behind a program that starts it in some way. */
function answer(...around: readonly string[]): string {
  const [file, ...args] = [...around, execPath, '--input-type=module', '-e', program]
  const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' })
  return stdout.trim() || stderr
}

const isRoot = process.getuid?.() === 0
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
const canUnshare = spawnSync('unshare', ['--map-root-user', 'true']).status === 0

describe('a process that can change the owners of files', () => {
  it.runIf(isRoot)('is that of root', () => {
    expect(answer()).toBe('true')
  })

  it.runIf(!isRoot)('is not that of a user without rights', () => {
    expect(answer()).toBe('false')
  })

  it.runIf(isRoot)('is not that of a user without rights, whom root started', () => {
    expect(answer(...asNobody)).toBe('false')
  })

  it.runIf(isRoot).each(['chown', 'dac_override', 'fowner', 'setuid', 'sys_admin'])(
    'is that of a user with the capability %s',
    (capability) => {
      expect(answer(...asNobody, `--inh-caps=+${capability}`, `--ambient-caps=+${capability}`)).toBe('true')
    },
  )

  it.runIf(isRoot)('is not that of a user with another capability', () => {
    expect(answer(...asNobody, '--inh-caps=+net_bind_service', '--ambient-caps=+net_bind_service')).toBe('false')
  })

  it.runIf(canUnshare)('is that of a user in a user namespace, whose ids are others outside', () => {
    expect(answer(...(isRoot ? asNobody : []), 'unshare', '--user', '--map-current-user')).toBe('true')
  })
})
