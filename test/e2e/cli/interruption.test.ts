import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, ownPacks, regionPack, startProgram } from './preflight.js'

/** Ignores SIGTERM, as does its grandchild, which also holds the output open; each leaves its process id behind. */
const stubborn = `#!/bin/sh
trap '' TERM INT HUP
echo $$ > "$1/child.pid"
(trap '' TERM INT HUP; sh -c 'echo $$ > "'"$1"'/grandchild.pid"; exec sleep 60') &
sleep 60
`

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function interrupted(signals: readonly NodeJS.Signals[]) {
  const folder = folderOf({
    'packs/site/a.yaml': regionPack,
    'eu.env': 'REGION=eu\n',
    'stubborn.sh': stubborn,
    'result.json': '{"state":"complete","verdict":"go"}',
  })
  const run = startProgram(
    [
      'run',
      ...ownPacks,
      '--env-file',
      'eu.env',
      '--input',
      `program=sh,stubborn.sh,${folder}`,
      '--output',
      'result.json',
    ],
    { cwd: folder },
  )
  const files = [join(folder, 'child.pid'), join(folder, 'grandchild.pid')]
  await until(() => files.every((file) => existsSync(file) && readFileSync(file, 'utf8').trim() !== ''))
  const pids = files.map((file) => Number(readFileSync(file, 'utf8')))
  for (const signal of signals) run.child.kill(signal)
  const ended = await run
  await until(() => pids.every((pid) => !isAlive(pid)))
  return { ...ended, document: JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as unknown }
}

describe('an interrupted run leaves no child behind and no result that looks complete', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s', async (signal, exitCode) => {
    const ended = await interrupted([signal])
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.document).toMatchObject({ state: 'incomplete', verdict: null })
    expect(ended.stdout).toContain('INCOMPLETE')
  })

  it('SIGINT twice ends at once', async () => {
    const ended = await interrupted(['SIGINT', 'SIGINT'])
    expect(ended.exitCode).toBe(130)
    expect(ended.document).toMatchObject({ state: 'incomplete', verdict: null })
  })

  it('SIGKILL leaves an incomplete file', async () => {
    const folder = folderOf({
      'packs/site/a.yaml': regionPack,
      'eu.env': 'REGION=eu\n',
      'result.json': '{"state":"complete","verdict":"go"}',
    })
    const run = startProgram(
      ['run', ...ownPacks, '--env-file', 'eu.env', '--input', 'program=sleep,2', '--output', 'result.json'],
      { cwd: folder },
    )
    await run.said('site/a/region')
    run.child.kill('SIGKILL')
    await run
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toMatchObject({
      state: 'incomplete',
      verdict: null,
    })
  })
})
