import { UsageError } from '../../base/errors.js'
import { isThere } from '../../base/files/is-there.js'
import { compileWaivers, type WaiverContext } from './load-waivers.js'
import type { Waiver } from './waiver.js'
import type { Person } from '../../engine/person.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { explainCheck } from '../explain-check.js'
import { loadAll } from '../load.js'
import type { DefinitionOptions } from '../settings.js'
import { askForCheck, askForWaiver, type GivenWaiver } from './ask-for-waiver.js'
import { compiled } from './read-waivers.js'
import { demandedWaiverFile, readWaiverBytes, type WaiverFileOptions } from './waiver-file.js'
import { withEntry } from './waiver-yaml.js'
import { signingCommand } from './waiver-signature.js'

export interface AddWaiverOptions extends DefinitionOptions, WaiverFileOptions {
  /** Left out, it is asked for. */
  readonly check: string | undefined
  readonly given: GivenWaiver
  /** Whoever can be asked for what is not given; `undefined` when nobody can. */
  readonly person: Person | undefined
}

export interface AddedWaiver {
  readonly file: string
  readonly waiver: Waiver
  /** How the file is signed, where the deployment demands that. */
  readonly signWith: string | undefined
}

/**
 * Adds a waiver to a file, in one piece and with everything that stood there, comments too. A file that is not there is
 * begun.
 *
 * @throws UsageError for a check that is unknown or can never be waived, for what is missing or wrong; DefinitionsError
 *   when the file is wrong
 * already; OutputError when it cannot be written
 */
export async function addWaiver(options: AddWaiverOptions, signal: AbortSignal): Promise<AddedWaiver> {
  const { configuration, definitions } = await loadAll(options)
  const file = demandedWaiverFile(options, configuration)
  const { check } = await explainCheck(options.check ?? (await askForCheck(options.person, signal)), options)
  if (!check.waivable) throw new UsageError(`${check.id} can never be waived: its pack says so`)
  const context: WaiverContext = { ...definitions, now: Date.now() }
  const before = (await isThere(file.path)) ? await readWaiverBytes(file) : undefined
  const count = before === undefined ? 0 : compiled(before, file.label, context).length
  const entry = await askForWaiver(
    check,
    options.given,
    { profile: configuration.profile, now: context.now },
    options.person,
    signal,
  )
  const text = withEntry(before, entry)
  const waiver = accepted(text, file.label, context, count)
  await replaceFile(file.path, text, { what: 'waiver file', ...(before === undefined ? { mode: 0o644 } : {}) })
  return { file: file.label, waiver, signWith: file.signers === undefined ? undefined : signingCommand(file.label) }
}

/** The new waiver, as the text that is to be written has it. @throws UsageError when no run would take that text */
function accepted(text: string, label: string, context: WaiverContext, index: number): Waiver {
  const { waivers, diagnostics } = compileWaivers(Buffer.from(text), label, context)
  const waiver = waivers?.[index]
  if (waiver !== undefined) return waiver
  const [first] = diagnostics
  throw new UsageError(`the waiver cannot be added: ${diagnostics.map(({ message }) => message).join('; ')}`, {
    hint: first?.hint,
  })
}
