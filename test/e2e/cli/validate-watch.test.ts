import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, ownPacks, regionPack, startProgram } from './preflight.js'

it('validates again at every change, also of new files, and ends with 130 at Ctrl-C', async () => {
  const cwd = folderOf({ 'packs/site/a.yaml': regionPack })
  const running = startProgram(['validate', ...ownPacks, '--watch'], { cwd })
  try {
    await running.said('watching for changes')
    writeFileSync(join(cwd, 'packs/site/a.yaml'), regionPack.replace('stage: config', 'stage: confg'))
    await running.said('did you mean config?')
    writeFileSync(join(cwd, 'packs/site/a.yaml'), regionPack)
    writeFileSync(join(cwd, 'packs/site/b.yaml'), 'checks: 1\n')
    await running.said('checks: expected a mapping')
    rmSync(join(cwd, 'packs/site/b.yaml'))
    writeFileSync(join(cwd, 'preflight.yaml'), 'profil: dev\n')
    await running.said('did you mean profile?')
  } finally {
    running.child.kill('SIGINT')
  }
  const { exitCode, stdout, stderr } = await running
  expect(exitCode).toBe(130)
  expect(stdout).toMatch(/^valid: 3 checks in 1 pack \(site\)\n/)
  expect(stderr).toMatch(/^--- \d\d:\d\d:\d\d changed: packs\/site\/a\.yaml$/m)
  expect(stdout + stderr).not.toContain('\u001B')
})
