import { basename, dirname, join } from 'node:path'
import { UsageError } from '../../../base/errors.js'
import { readSourceBytes, EnvironmentDraft, type ReadEnvironment } from '../read-environment.js'
import { splitSourceName, decodeSource, type SourceText } from '../env-source-text.js'
import { readDotenv } from './dotenv.js'
import { setFilled, setInherited, type Lookup } from './interpolate.js'
import { overrideBeside } from './compose-files.js'
import { ServiceReader } from './service.js'
import type { NamedEnvFile } from './compose-service.js'
import { readKeyValueLines } from '../docker-file.js'

/**
 * The environment that Compose gives a service of one file, with the override file that Compose finds beside it by
 * itself, which a notice names.
 *
 * @param from `FILE#SERVICE`
 * @param shell the variables of the shell that starts Compose, over those of `.env`; without them what comes from there
 *   is unknown
 * @throws UsageError when a file that is named cannot be read
 */
export async function readComposeService(
  from: string,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  const { file } = splitSourceName(from, form)
  const override = await overrideBeside(file)
  if (override === undefined) return readComposeFiles([from], shell)
  const passedOver = override.passedOver.length === 0 ? '' : ` (Compose ignores ${override.passedOver.join(', ')})`
  const notice = `${override.file} is merged over ${file}, as Compose does by default${passedOver}; to leave it out, name ${basename(file)} twice, as for docker compose -f`
  const read = await readComposeFiles([from, `${override.file}${from.slice(file.length)}`], shell)
  return { ...read, notices: [...read.notices, notice] }
}

const form = 'FILE#SERVICE'

/**
 * The environment that Compose gives a service of one file or of several that it merges: its `env_file`s, over them its
 * `environment`, with what it extends, filled in from the `.env` file beside the first file. What the image sets itself
 * is not known.
 *
 * @param sources `FILE#SERVICE`, of one service, in the order of `docker compose -f`
 * @param shell as for `readComposeService`
 * @throws UsageError when a file that is named cannot be read
 */
export async function readComposeFiles(
  sources: readonly string[],
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  const split = sources.map((source) => splitSourceName(source, form))
  const [{ file, name }] = split as [(typeof split)[number]]
  const draft = new EnvironmentDraft()
  const project = await projectVariables(join(dirname(file), '.env'), shell, draft)
  const listed = sources.length === 1 ? project('COMPOSE_FILE') : undefined
  if (typeof listed === 'string' && listed !== '')
    draft.remark(
      `COMPOSE_FILE is set, in ${join(dirname(file), '.env')} or in the shell: if Compose is started without -f, it reads the files named there, and not ${file}; name each of them with --env-compose`,
    )
  const { entries, files } = await new ServiceReader(draft.problems, project).readTogether(
    split.map((each) => each.file),
    name,
  )

  /** A name without a value; Compose leaves it unset where the shell does, which is unknown here. */
  const inherited: Lookup = (variable) => project(variable) ?? (shell === undefined ? null : undefined)
  const written = new EnvironmentDraft()
  for (const [variable, { text, position }] of entries) {
    const value = text === null ? inherited(variable) : undefined
    if (text !== null) setFilled(written, { name: variable, text, position, lookup: project })
    else if (value === null) setInherited(written, variable, position)
    else if (value !== undefined) written.set(variable, value, position)
  }
  const before: Lookup = (variable) => {
    const value = project(variable)
    return value === undefined ? written.value(variable) : value
  }
  for (const named of files) {
    const source = await envFile(named, draft)
    if (source === undefined) continue
    draft.add(
      named.format === 'raw'
        ? readRawFile(source, (variable) => before(variable) ?? inherited(variable))
        : readDotenv(source, {
            before,
            after: (variable) => draft.value(variable),
            inherited: (variable) => before(variable) ?? inherited(variable),
          }),
    )
  }
  draft.add(written)
  for (const [variable, { text }] of entries)
    if (text === null && inherited(variable) === undefined) draft.unset(variable)
  return draft.done()
}

/** What Compose fills in from: `.env`, and the shell over it. */
async function projectVariables(
  path: string,
  shell: ReadonlyMap<string, string> | undefined,
  draft: EnvironmentDraft,
): Promise<Lookup> {
  const source = await textOf(path, draft, true)
  const fromShell: Lookup = (name) => shell?.get(name)
  const nothing: Lookup = () => undefined
  const variables =
    source === undefined
      ? new EnvironmentDraft()
      : readDotenv(source, {
          before: fromShell,
          after: nothing,
          inherited: (name) => fromShell(name) ?? (shell === undefined ? null : undefined),
        })
  for (const { position, code, message, hint } of variables.problems.found())
    draft.report(position, code, message, hint)
  return (name) => fromShell(name) ?? variables.value(name)
}

async function envFile(
  { path, isRequired, position }: NamedEnvFile,
  draft: EnvironmentDraft,
): Promise<SourceText | undefined> {
  try {
    return await textOf(path, draft, !isRequired)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    draft.report(position, 'unreadable-file', error.message, 'add it, or set required: false')
    return undefined
  }
}

/** @throws UsageError when the file cannot be read, unless it is not there and may be missing */
async function textOf(path: string, draft: EnvironmentDraft, mayBeMissing: boolean): Promise<SourceText | undefined> {
  const bytes = await readSourceBytes(path, {
    what: 'environment file',
    hint: 'Compose reads it, so it must be readable',
  }).catch((error: unknown) => {
    if (mayBeMissing && error instanceof UsageError && isMissing(error)) return undefined
    throw error
  })
  if (bytes === undefined) return undefined
  const { source, damage } = decodeSource(bytes, path, { byteOrderMark: 'dropped' })
  if (damage !== undefined) draft.report(damage.position, damage.code, damage.message, damage.hint)
  return damage === undefined ? source : undefined
}

function isMissing({ cause }: UsageError): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT'
}

/** Reads an `env_file` with `format: raw`, which is the grammar of docker's `--env-file`. */
function readRawFile(source: SourceText, inherited: Lookup): EnvironmentDraft {
  return readKeyValueLines(source, { lookup: inherited, setUnknown: setInherited })
}
