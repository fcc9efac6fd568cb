import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lockOutputs } from '../../../src/checks/result/output-locks.js'
import { UsageError } from '../../../src/base/errors.js'
import { compiled } from '../../compiled.js'

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-outputs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'out'))
  symlinkSync(join(folder, 'out'), join(folder, 'linked'))
  return (name: string): string => join(folder, name)
}

it('a file that a run writes is refused to another one, whose error names the run and its process', async () => {
  const at = place()
  const held = await lockOutputs([at('out/r.json'), at('out/r.xml')], 'run-1')
  writeFileSync(at('out/r.json'), '{}')
  for (const file of ['out/r.json', 'out/r.xml', 'out/../out/r.json', 'linked/r.json']) {
    await expect(lockOutputs([at('out/other.json'), at(file)], 'run-2')).rejects.toThrow(UsageError)
    await expect(lockOutputs([at(file)], 'run-2')).rejects.toThrow(
      new RegExp(
        `^refusing to write a file that another run writes: ${at(file)} is held by run run-1 .*process ${process.pid} `,
      ),
    )
  }
  // What was taken before the refusal is free again.
  await (await lockOutputs([at('out/other.json'), at('r.json')], 'run-3')).release()
  await held.release()
  await (await lockOutputs([at('out/r.json')], 'run-2')).release()
})

it('is free again when the run is killed', async () => {
  const at = place()
  const script = `import { lockOutputs } from ${JSON.stringify(compiled(join(import.meta.dirname, '../../../src/checks/result/output-locks.ts')))}
    await lockOutputs([process.argv[1]], 'run-1')
    process.stdout.write('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, at('out/r.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  await expect(lockOutputs([at('out/r.json')], 'run-2')).rejects.toThrow(`process ${child.pid} `)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockOutputs([at('out/r.json')], 'run-2')).release()
})

it('a run may name a file twice: that is reported elsewhere', async () => {
  const at = place()
  await (await lockOutputs([at('out/r.json'), at('linked/r.json')], 'run-1')).release()
})

it('what no run can write is held by none', async () => {
  const at = place()
  const files = ['/dev/null', at('linked'), at('nowhere/r.json')]
  const [one, other] = [await lockOutputs(files, 'run-1'), await lockOutputs(files, 'run-2')]
  await Promise.all([one.release(), other.release()])
})
