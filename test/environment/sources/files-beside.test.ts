import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { filesBeside } from '../../../src/environment/sources/read-source.js'

it('finds the manifests beside a manifest, and is not held up by a pipe that no process writes to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-beside-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of [
    ['bus.yaml', 'apiVersion: v1\nkind: Pod\n'],
    ['other.yaml', 'apiVersion: v1\n'],
    ['result.json', '{}\n'],
  ] as const)
    writeFileSync(join(folder, name), text)
  execFileSync('mkfifo', [join(folder, 'pipe.yaml')])
  const found = await filesBeside({ k8s: `${join(folder, 'bus.yaml')}#bus` })
  expect([...found].sort()).toEqual(['bus.yaml', 'other.yaml'].map((name) => join(folder, name)))
})
