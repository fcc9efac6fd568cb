import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Plugin } from '@oclif/core'

const checkout = join(import.meta.dirname, '../..')

/**
 * The built program laid out as a package is: with the manifest that packing makes. Without one every start loads every
 * command,
 * with all that they import, to learn which there are, which takes as long as all the rest.
 */
async function layOut(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-program-'))
  // Some tests start it as another user.
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'bin'))
  copyFileSync(join(checkout, 'package.json'), join(folder, 'package.json'))
  copyFileSync(join(checkout, 'bin/run.js'), join(folder, 'bin/run.js'))
  symlinkSync(join(checkout, 'dist'), join(folder, 'dist'))
  const plugin = new Plugin({ root: folder, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true })
  await plugin.load()
  writeFileSync(join(folder, 'oclif.manifest.json'), JSON.stringify(plugin.manifest))
  return join(folder, 'bin/run.js')
}

/** What `node` is given to start the built program; made once for all test files of a process. */
export const program = await layOut()
