import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { filesToRead } from '../../src/checks/files-read.js'
import { openRunAttestation } from '../../src/attestation/attest-run.js'
import { UsageError } from '../../src/base/errors.js'
import { ed25519 } from './key-files.js'

const key = ed25519().privateKey
const files = {
  'preflight.yaml': 'environment: [prod.env]\nwaivers: { file: waivers.yaml, signers: signers }\n',
  'prod.env': 'TOKEN=t\n',
  'waivers.yaml': 'waivers: []\n',
  signers: 'a ssh-ed25519 k\n',
  'preflight.lock': '{}\n',
  'known.txt': 'k\n',
  'unit.env': 'A=1\n',
}

/** A deployment whose run is to be attested in one of its files. */
function place() {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-attest-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string): string => join(folder, name)
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)
  const subjects = [`sha256:${'ab'.repeat(32)}`]
  const run = {
    checks: [],
    noBuiltin: true,
    config: at('preflight.yaml'),
    inputs: [],
    knownSecretsFile: at('known.txt'),
  }
  const open = async (name: string, sources: readonly { readonly systemd: string }[] = []) =>
    openRunAttestation(
      { keyFile: key, file: at(name), subjects, allowDirty: false, url: undefined, otherFiles: [] },
      await filesToRead({ ...run, environment: { files: sources, pid: undefined, inherit: false } }),
    )
  return { at, open }
}

describe('the attestation of a run', () => {
  it.each([
    'preflight.yaml',
    'prod.env',
    'waivers.yaml',
    'signers',
    'preflight.lock',
    'known.txt',
    'unit.env',
  ] as const)('is never written over what the run reads: %s', async (name) => {
    const { at, open } = place()
    await expect(open(name, name === 'unit.env' ? [{ systemd: at(name) }] : [])).rejects.toThrow(UsageError)
    expect(readFileSync(at(name), 'utf8')).toBe(files[name])
  })

  it('has a file of its own, which says from the start that it is not signed', async () => {
    const { at, open } = place()
    expect(await open('a.json')).toBeDefined()
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).toMatchObject({ payload: '', signatures: [] })
  })
})
