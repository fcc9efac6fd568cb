import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { homedir } from 'node:os'
import { isBuilt, packageRoot, toolVersion } from '../../base/package.js'
import { DefinitionsError, formatPosition } from '../../base/position.js'
import { readRegularFile } from '../../base/files/regular-file.js'
import { verifyBuiltInDefinitions } from '../built-in-definitions.js'
import { codeCachePins, type CodeCachePins } from '../code-cache-pins.js'
import { cacheFile, thisMachine } from '../this-machine.js'
import { missing, ok, warning, type DoctorFinding } from './doctor-finding.js'

const again = 'install the package again, or run `npm run build` in its folder'

export function installationFinding(): DoctorFinding {
  const place = fileURLToPath(packageRoot)
  return ok('preflight', `${toolVersion}, ${isBuilt ? 'built' : 'from its sources'}, ${place}`)
}

/** @param pins what the build says of its caches; `undefined` where it made none */
export async function codeCacheFinding(
  pins: CodeCachePins | 'no build' | undefined = isBuilt ? codeCachePins : 'no build',
): Promise<DoctorFinding> {
  if (pins === 'no build') return ok('code cache', 'not used: preflight runs from its sources')
  const slow = 'every start takes longer, and nothing else is different'
  if (pins === undefined) return warning('code cache', `the build has none: ${slow}`, again)
  if (pins.madeBy !== thisMachine)
    return warning('code cache', `made for ${nodeOf(pins.madeBy)}, and this is ${nodeOf(thisMachine)}: ${slow}`, again)
  const file = join(fileURLToPath(packageRoot), 'dist', cacheFile('run'))
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  return createHash('sha256').update(bytes).digest('hex') === pins.caches.run
    ? ok('code cache', `made for this Node (${nodeOf(thisMachine)})`)
    : warning('code cache', `${file} is not the one that the build made: ${slow}`, again)
}

/** `v20.20.2 linux x64` of what the build notes. */
function nodeOf(machine: string): string {
  const [node, , ...system] = machine.split(' ')
  return [node, ...system].join(' ')
}

export function builtInFinding(): DoctorFinding {
  const name = 'built-in definitions'
  if (!isBuilt) return ok(name, 'parsed at every start: preflight runs from its sources')
  try {
    return ok(name, `${verifyBuiltInDefinitions()} files are what the build parsed`)
  } catch (error) {
    if (!(error instanceof DefinitionsError)) throw error
    const [first] = error.diagnostics
    const more = error.diagnostics.length - 1
    return missing(
      name,
      `${first === undefined ? '' : `${formatPosition(first.position)}: ${first.message}`}${more > 0 ? `, and ${more} more` : ''}`,
      again,
    )
  }
}

/** Where shells are told of a completion, and what they are told. */
const startFiles = [
  { shell: 'bash', file: '.bashrc', mark: 'preflight completion bash' },
  { shell: 'zsh', file: '.zshrc', mark: 'preflight completion zsh' },
  { shell: 'fish', file: '.config/fish/completions/preflight.fish', mark: 'preflight' },
] as const

const longestStartFile = 1024 * 1024

/** For information only: nothing needs it. */
export async function completionFinding(home = homedir()): Promise<DoctorFinding> {
  const shells = await Promise.all(
    startFiles.map(async ({ shell, file, mark }) => {
      const text = await readRegularFile(join(home, file), { links: 'follow', most: longestStartFile }).then(
        (bytes) => Buffer.from(bytes).toString('utf8'),
        () => '',
      )
      return text.includes(mark) ? [shell] : []
    }),
  )
  const found = shells.flat()
  return ok(
    'completion',
    found.length === 0
      ? 'not set up in ~/.bashrc, ~/.zshrc or for fish; `preflight completion --help` shows how'
      : `set up for ${found.join(', ')}`,
  )
}
