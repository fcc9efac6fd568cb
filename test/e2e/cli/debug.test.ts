import { expect, it } from 'vitest'
import { folderOf, ownPacks, regionPack, startProgram } from './preflight.js'

const password = 'Zk3qP9xV7tR2mW8yB4nL6cD1'

it('DEBUG makes no library log what it was given, and is a variable like any other of the environment under test', async () => {
  const pack = regionPack.replaceAll('REGION', 'DEBUG')
  const folder = folderOf({ 'packs/site/a.yaml': pack })
  const ended = await startProgram(
    ['run', ...ownPacks, '--env-shell', '--input', `wanted=${password}`, 'site/a/region'],
    {
      cwd: folder,
      environment: { DEBUG: '*' },
    },
  )
  expect(ended.exitCode).toBe(1)
  expect(ended.stdout).toContain('DEBUG is *')
  expect(ended.stderr).not.toContain(password)
})
