import { createHash } from 'node:crypto'
import { readFile, access, lstat, stat, statfs } from 'node:fs/promises'
import { join, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { homedir, tmpdir } from 'node:os'
import { isBuilt, packageRoot, toolVersion } from '../../base/package.js'
import { DefinitionsError, formatPosition, codeOf } from '../../base/errors.js'
import { readRegularFile } from '../../base/files/regular-file.js'
import { verifyBuiltInDefinitions } from '../built-in-definitions.js'
import { codeCachePins, type CodeCachePins } from '../code-cache-pins.js'
import { cacheFile, thisMachine } from '../this-machine.js'
import { missing, ok, warning, type DoctorFinding } from './doctor-finding.js'
import { configurationOf, definitionsFinding, environmentFinding, type DoctorOptions } from './deployment.js'
import { clockFinding, nodeFinding, openFilesFinding, terminalFinding } from './machine.js'
import { programFindings, sandboxFinding } from './programs.js'
import { resultsFolder } from '../../checks/history/keep-result.js'
import { stateFolder, isThere } from '../../base/files/state-folder.js'
import { constants } from 'node:fs'

const again = 'install the package again, or run `npm run build` in its folder'

function installationFinding(): DoctorFinding {
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

function builtInFinding(): DoctorFinding {
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

/** Checks that a run takes at a time where nothing says otherwise. */
const usualConcurrency = 8

/**
 * What preflight itself needs here, and whether it has it. Changes nothing and contacts nothing.
 *
 * @throws UsageError for a selector or a runbook that does not exist
 */
export async function examineHost(options: DoctorOptions): Promise<readonly DoctorFinding[]> {
  const configuration = await configurationOf(options)
  const definitions = await definitionsFinding(options)
  const isValid = definitions.state === 'ok'
  return [
    installationFinding(),
    nodeFinding(),
    await codeCacheFinding(),
    builtInFinding(),
    await homeFinding(),
    await stateFinding(options.state),
    await temporaryFinding(),
    openFilesFinding(configuration.concurrency ?? usualConcurrency),
    await clockFinding([configuration.file, resultsFolder(stateFolder(options.state))]),
    terminalFinding(),
    definitions,
    // What is wrong with the files would only be said once more.
    ...(isValid ? [await environmentFinding(options, configuration)] : []),
    ...(isValid ? await programFindings(options, configuration) : []),
    sandboxFinding(),
    await completionFinding(),
  ]
}

/** Bytes without which nothing that is kept can be written, and those that some runs take. */
const leastRoom = 1024 * 1024
const usualRoom = 64 * 1024 * 1024

async function homeFinding(): Promise<DoctorFinding> {
  const home = homedir()
  const found = await stat(home).catch(() => undefined)
  return found?.isDirectory() === true
    ? ok('home', home)
    : warning('home', `${home} is not a folder`, 'set HOME to a folder, or give --state where runs are to be kept')
}

/** Runs of runbooks and results are kept there. It is not made here. */
export async function stateFinding(named: string | undefined): Promise<DoctorFinding> {
  const folder = stateFolder(named)
  const fix = 'name another with --state, or set XDG_STATE_HOME'
  const problem = await problemOf(folder)
  if (problem !== undefined) return missing('state', `${folder} ${problem}`, fix)
  const nearest = await nearestFolder(folder)
  const room = await roomAt(nearest)
  const made = nearest === folder ? '' : ' (does not exist yet, and can be made)'
  if (room === undefined) return ok('state', `${folder}${made}`)
  const found = `${folder}${made}, ${sizeText(room)} free`
  if (room < leastRoom) return missing('state', found, `make room on the disk, or ${fix}`)
  return room < usualRoom ? warning('state', found, `make room on the disk, or ${fix}`) : ok('state', found)
}

/** As `privateFolder` refuses it; and what would keep it from being made or written to. */
async function problemOf(folder: string): Promise<string | undefined> {
  if (await isThere(folder)) {
    const status = await lstat(folder).catch((error: unknown) => codeOf(error))
    if (typeof status === 'string') return `cannot be looked at (${status})`
    if (!status.isDirectory()) return 'is not a folder'
    if (process.getuid !== undefined && status.uid !== process.getuid()) return 'belongs to another user'
    if ((status.mode & 0o022) !== 0) return 'can be written to by other users'
    return unwritable(folder)
  }
  const nearest = await nearestFolder(folder)
  const reason = await unwritable(nearest)
  return reason === undefined ? undefined : `cannot be made: ${nearest} ${reason}`
}

async function unwritable(folder: string): Promise<string | undefined> {
  const status = await stat(folder).catch(() => undefined)
  if (status?.isDirectory() !== true) return 'is not a folder'
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return codeOf(error) === 'EROFS' ? 'is on a disk that cannot be written to' : 'may not be written to by this user'
  }
}

async function nearestFolder(path: string): Promise<string> {
  let folder = resolve(path)
  while (!(await isThere(folder)) && folder !== dirname(folder)) folder = dirname(folder)
  return folder
}

/** Bytes that this user can still write, `undefined` where the system does not say. */
async function roomAt(folder: string): Promise<number | undefined> {
  const { bavail, bsize, files, ffree } = await statfs(folder).catch(() => ({
    bavail: 0,
    bsize: 0,
    files: 0,
    ffree: 0,
  }))
  if (bsize === 0) return undefined
  return files > 0 && ffree === 0 ? 0 : bavail * bsize
}

async function temporaryFinding(): Promise<DoctorFinding> {
  const folder = tmpdir()
  const fix = 'set TMPDIR to a folder that exists, can be written to and has room'
  const use = 'the sandbox, the self-test and signatures need it'
  const reason = await unwritable(folder)
  if (reason !== undefined) return warning('temporary files', `${folder} ${reason}: ${use}`, fix)
  const room = await roomAt(folder)
  if (room === undefined) return ok('temporary files', folder)
  const found = `${folder}, ${sizeText(room)} free`
  return room < leastRoom ? warning('temporary files', `${found}: ${use}`, fix) : ok('temporary files', found)
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024
  if (mebibytes < 1024) return `${Math.floor(mebibytes)} MiB`
  return `${Math.floor(mebibytes / 1024)} GiB`
}
