import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf } from '../cli/preflight.js'
import { runShell } from './shell.js'

const script = join(import.meta.dirname, '../../../ci/argocd-deploy.sh')
const REVISION = '0123456789abcdef0123456789abcdef01234567'
const given = { APP: 'bus', REVISION, PREFLIGHT_ATTESTATION: 'a.json', PREFLIGHT_KEY: 'release.pub' }

async function deploy(environment: Readonly<Record<string, string>>) {
  const folder = folderOf({
    'bin/preflight': '#!/bin/sh\necho "$*" >verified\nexit "$STUB_EXIT"\n',
    'bin/argocd': '#!/bin/sh\necho "$*" >synced\n',
  })
  const ended = await runShell(['sh', '-c', `chmod +x bin/*; exec sh ${script}`], {
    cwd: folder,
    environment,
    path: [join(folder, 'bin')],
  })
  const said = (file: string) =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : undefined
  return { exitCode: ended.exitCode, verified: said('verified'), synced: said('synced') }
}

it('syncs to the revision that was verified', async () => {
  expect(await deploy({ ...given, STUB_EXIT: '0', PREFLIGHT_LOCK: 'preflight.lock' })).toEqual({
    exitCode: 0,
    verified: `verify a.json --key=release.pub --commit=${REVISION} --profile=prod --lock=preflight.lock`,
    synced: `app sync bus --revision ${REVISION}`,
  })
})

it('syncs nothing without a signed go, and ends with the code of verify', async () => {
  expect(await deploy({ ...given, STUB_EXIT: '1' })).toMatchObject({ exitCode: 1, synced: undefined })
})

it.each(Object.keys(given))('verifies and syncs nothing without %s', async (name) => {
  const ended = await deploy({ ...given, [name]: '', STUB_EXIT: '0' })
  expect(ended.exitCode).not.toBe(0)
  expect([ended.verified, ended.synced]).toEqual([undefined, undefined])
})
