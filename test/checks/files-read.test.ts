import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { filesToRead, noGround } from '../../src/checks/files-read.js'
import { builtinChecks, builtinRunbooks } from '../../src/base/package.js'
import { refuseOverwriting } from '../../src/base/files/whole-file.js'

let folder = ''
const at = (name: string): string => join(folder, name)

const files: Readonly<Record<string, string>> = {
  'preflight.yaml':
    'checks: [packs]\nenvironment: [prod.env, { compose: "compose.yaml#bus" }, { k8s: "k8s/bus.yaml#bus" }]\nknown-secrets: leaked.txt\nwaivers: { file: waivers.yaml, signers: signers }\ninputs: { trust_file: ca.pem, repository: . }\n',
  'prod.env': 'A=1\n',
  'compose.yaml':
    'services:\n  bus:\n    env_file: [bus.env, { path: more.env, required: false }]\n    extends: { file: base.yaml, service: bus }\n',
  'base.yaml': 'services:\n  bus:\n    env_file: base.env\n',
  '.env': '',
  'bus.env': '',
  'more.env': '',
  'base.env': '',
  'k8s/bus.yaml': 'apiVersion: apps/v1\nkind: Deployment\n',
  'k8s/config.yaml': 'apiVersion: v1\nkind: ConfigMap\n',
  'k8s/kustomization.yaml': 'resources: [bus.yaml]\n',
  'leaked.txt': '',
  'waivers.yaml': '',
  'waivers.yaml.sig': '',
  signers: '',
  'ca.pem': '',
  'preflight.lock': '',
  'given.pem': '',
  'named.env': '',
  'packs/site/a.yaml': '',
  'packs/site/bus.proto': '',
  'packs/selection.yaml': '',
  'result.json': '{}',
  'k8s/result.json': '{}',
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-files-read-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), text)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = () =>
  filesToRead({
    ...noGround,
    checks: [],
    noBuiltin: false,
    config: at('preflight.yaml'),
    inputs: [`key=${at('given.pem')}`, 'other=words'],
  })

it.each(Object.keys(files).filter((name) => !['result.json', 'k8s/result.json', 'named.env', 'ca.pem'].includes(name)))(
  'a run reads %s',
  async (name) => {
    await expect(refuseOverwriting(at(name), await read(), '')).rejects.toThrow(/^refusing to/)
  },
)

it('a run reads what ships with it', async () => {
  for (const root of [builtinChecks, builtinRunbooks])
    await expect(refuseOverwriting(join(root, 'arqonbus/pack.yaml'), await read(), '')).rejects.toThrow(/^refusing to/)
})

it('a run reads the environment files of the command line, and then not those of the deployment file', async () => {
  const named = await filesToRead({
    ...noGround,
    checks: [],
    noBuiltin: false,
    config: at('preflight.yaml'),
    environment: { files: [at('named.env')], pid: undefined, inherit: false },
  })
  await expect(refuseOverwriting(at('named.env'), named, '')).rejects.toThrow(/^refusing to/)
})

it.each(['result.json', 'k8s/result.json', 'new.json', 'packs/new.json'])(
  'a result may be written to %s',
  async (name) => {
    await expect(refuseOverwriting(at(name), await read(), '')).resolves.toBeUndefined()
  },
)
