import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadRunbooks } from '../../../src/runbooks/load/used-kinds.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'

type Files = Readonly<Record<string, string>>

function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-shipped-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const including = (id: string) => `title: one\nsteps:\n  - id: inner\n    runbook: ${id}\n`
const plain = 'title: plain\nsteps:\n  - id: look\n    run: [ls]\n    effect: read\n'
const wrong = 'title: wrong\nsteps:\n  - id: look\n    runn: [ls]\n'
const asked = {
  'sys/outer.yaml': including('sys/middle'),
  'sys/middle.yaml': including('sys/inner'),
  'sys/inner.yaml': plain,
}

async function load(shipped: Files, own: Files | undefined, only?: string) {
  const roots = [
    { folder: folderOf(shipped), label: 'shipped', isShipped: true },
    ...(own === undefined ? [] : [{ folder: folderOf(own), label: 'own' }]),
  ]
  const { runbooks, ids, diagnostics } = await loadRunbooks(roots, actionRegistry, probeRegistry, only)
  return {
    compiled: runbooks === undefined ? undefined : [...runbooks.keys()].sort(),
    ids: [...ids].sort(),
    problems: diagnostics.map(({ position: { file }, code }) => `${file} ${code}`),
  }
}

describe('one runbook that is asked for', () => {
  it('is compiled with all that it includes, and with no other of the shipped ones', async () => {
    const shipped = { ...asked, 'sys/other.yaml': plain }
    expect(await load(shipped, undefined, 'sys/outer')).toEqual({
      compiled: ['sys/inner', 'sys/middle', 'sys/outer'],
      ids: ['sys/inner', 'sys/middle', 'sys/other', 'sys/outer'],
      problems: [],
    })
    expect((await load(shipped, undefined)).compiled).toEqual(['sys/inner', 'sys/middle', 'sys/other', 'sys/outer'])
  })

  it('is refused for a mistake in what it includes, however deep', async () => {
    const { compiled, problems } = await load({ ...asked, 'sys/inner.yaml': wrong }, undefined, 'sys/outer')
    expect(compiled).toBeUndefined()
    expect(problems).toContain('shipped/sys/inner.yaml unknown-key')
  })

  it('is refused for a mistake anywhere in folders that are not shipped', async () => {
    const { compiled, problems } = await load(asked, { 'mine/broken.yaml': wrong }, 'sys/outer')
    expect(compiled).toBeUndefined()
    expect(problems).toContain('own/mine/broken.yaml unknown-key')
  })

  it('may be in such a folder and include a shipped one', async () => {
    expect(
      (await load({ ...asked, 'sys/other.yaml': plain }, { 'mine/mine.yaml': including('sys/middle') }, 'mine/mine'))
        .compiled,
    ).toEqual(['mine/mine', 'sys/inner', 'sys/middle'])
  })

  it('is refused when its circle closes in a file that is read only for it', async () => {
    expect(
      (await load({ ...asked, 'sys/inner.yaml': including('sys/outer') }, undefined, 'sys/outer')).problems,
    ).toEqual(['shipped/sys/inner.yaml cycle'])
  })

  it('is refused when it includes one that there is not, or when two files give one id', async () => {
    expect((await load({ 'sys/outer.yaml': including('sys/nobody') }, undefined, 'sys/outer')).problems).toEqual([
      'shipped/sys/outer.yaml unknown-runbook',
    ])
    expect(
      (await load({ 'sys/outer.yaml': plain, 'sys/other.yaml': plain }, { 'sys/other.yaml': plain }, 'sys/outer'))
        .problems,
    ).toEqual(['own/sys/other.yaml duplicate-id'])
  })

  it('gives the ids there are when there is no such runbook', async () => {
    expect(await load({ 'sys/outer.yaml': plain }, undefined, 'sys/outr')).toEqual({
      compiled: [],
      ids: ['sys/outer'],
      problems: [],
    })
  })
})
