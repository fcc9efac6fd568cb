import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findProgram } from '../../process/needed-programs.mjs'
import { runToEnd } from '../../process/run-to-end.js'
import { envelopeDescriptorSet } from '../../protobuf/descriptor-set.js'
import { checkoutFiles } from './files.js'

const identity = [
  '-c',
  'user.name=sandbox',
  '-c',
  'user.email=sandbox@localhost',
  '-c',
  'commit.gpgsign=false',
  '-c',
  'init.defaultBranch=main',
  '-c',
  'core.hooksPath=/dev/null',
]

/** Writes the stand-in repository and commits it. Where git is not installed it is a plain folder. */
export async function createCheckout(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(checkoutFiles)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  writeFileSync(join(folder, 'envelope.desc'), envelopeDescriptorSet())
  const git = findProgram(['git'])
  if (git === undefined) return
  await runToEnd(git, [...identity, 'init', '--quiet'], { folder })
  await runToEnd(git, [...identity, 'add', '--all'], { folder })
  await runToEnd(git, [...identity, 'commit', '--quiet', '--message', 'Stand-in for the ArqonBus repository'], {
    folder,
  })
}
