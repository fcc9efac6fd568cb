import { z } from 'zod'
import { typedPath } from '../../base/files/working-folder.js'
import { wholeNumber } from '../../base/facts.js'
import { UnansweredError } from '../../engine/person.js'
import { defineStepKind, type ActionContext } from '../definition/step-kind.js'
import { textWithoutNul } from '../../base/text/terminal-text.js'
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.js'
import { readRegularFile } from '../../base/files/regular-file.js'
import { makeFolder } from '../../base/files/state-folder.js'

const instructions = () => textWithoutNul(20_000).min(1)

const defaultQuestion = 'is it done?'

const oneLine = () =>
  textWithoutNul(200)
    .min(1)
    .refine((text) => !/[\r\n]/.test(text), 'expected one line')

const settings = z.strictObject({
  instructions: instructions().describe('what to do'),
  ask: oneLine().default(defaultQuestion).describe('the question after it; the answer is `done` or `no`'),
  evidence: z.enum(['none', 'optional', 'required']).default('none').describe('whether a file is kept as evidence'),
  note: z.enum(['optional', 'required']).default('optional').describe('whether a note must be given'),
})

const input = z.union([instructions().describe('what to do'), settings])

type Settings = z.output<typeof settings>

function settingsOf(given: z.output<typeof input>): Settings {
  return typeof given === 'string'
    ? { instructions: given, ask: defaultQuestion, evidence: 'none', note: 'optional' }
    : given
}

/** A person does it and says so. */
export const action = defineStepKind({
  kind: 'manual',
  title: 'have a person do something and confirm it',
  description:
    'Shows the task and waits until the operator types `done`, with a note and, if the step asks for it, a file as evidence, which is copied into the folder of the run. ' +
    '`no` stops the run. Without a terminal nothing can be confirmed: the run is cancelled, and `preflight runbook resolve` records what was done elsewhere.',
  input,
  facts: z.strictObject({
    attested: z.boolean().describe('the operator confirmed that it is done'),
    by: z.string().describe('the name of the operating-system user who said so'),
    uid: wholeNumber().describe('the id of that user'),
    at: z.string().describe('when, ISO-8601'),
    note: z.string().describe('what they added'),
    evidence: z.string().describe('the file that was kept, or empty'),
    evidenceSha256: z.string().describe('its sha256, or empty'),
  }),
  effects: ['once', 'read'],
  assumedEffect: 'once',
  isManual: true,
  expect: ['facts.attested'],
  explain: ({ attested, by }) => (attested ? undefined : `${by} said that it is not done`),
  defaultTimeout: undefined,
  examples: [
    { title: 'inform somebody', input: 'inform the on-call channel that the deploy is done', expect: 'facts.attested' },
    {
      title: 'with evidence',
      input: {
        instructions: 'review the authentication log of the month',
        evidence: 'required',
        note: 'required',
      },
      expect: 'facts.attested && facts.evidence != ""',
    },
  ],
  describe: (given) => ({ lines: settingsOf(given).instructions.trim().split('\n'), addresses: [], files: [] }),
  async perform(given, context) {
    const { evidence, note } = settingsOf(given)
    const { uid, user } = context.operator
    const attested = await askDone(settingsOf(given), context)
    const added = attested ? await askNote(note, context) : ''
    const kept = attested && evidence !== 'none' ? await askEvidence(evidence, context) : undefined
    return {
      attested,
      by: user,
      uid,
      at: new Date().toISOString(),
      note: added,
      evidence: kept?.path ?? '',
      evidenceSha256: kept?.sha256 ?? '',
    }
  },
})

const mostTries = 3

/**
 * @throws UnansweredError after answers that are neither: a slip of the finger attests nothing, and declines nothing
 */
async function askDone(
  { instructions: text, ask }: Settings,
  { person, step, signal }: ActionContext,
): Promise<boolean> {
  const again = step.isRepeated ? '\n\nThe run was interrupted here before: this may already be done.' : ''
  let explain = `${step.title}\n\n${text.trim()}${again}`
  for (let tries = 0; tries < mostTries; tries += 1) {
    const typed = (await person.type({ ask: `${ask} (type done, or no)`, explain }, 'done', signal)).trim()
    if (typed === 'done') return true
    if (typed === 'no') return false
    explain = 'The answer was neither done nor no.'
  }
  throw new UnansweredError('the answer was neither done nor no')
}

async function askNote(note: Settings['note'], { person, signal }: ActionContext): Promise<string> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const line = (
      await person.line(
        { ask: note === 'required' ? 'a note for the record' : 'a note for the record, or nothing' },
        signal,
      )
    ).trim()
    if (line !== '' || note === 'optional') return line.slice(0, 2000)
  }
  throw new UnansweredError('a note is required, but none was given')
}

async function askEvidence(
  evidence: Settings['evidence'],
  { person, signal, run, step }: ActionContext,
): Promise<Evidence | undefined> {
  let complaint = ''
  for (let tries = 0; tries < mostTries; tries += 1) {
    const ask = evidence === 'required' ? 'the file to keep as evidence' : 'a file to keep as evidence, or nothing'
    const path = (await person.line({ ask, ...(complaint === '' ? {} : { explain: complaint }) }, signal)).trim()
    if (path === '' && evidence === 'optional') return undefined
    try {
      if (path !== '') return await keepEvidence(typedPath(path), run.folder, step.path)
      complaint = 'evidence is required'
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error
      complaint = error.message
    }
  }
  throw new UnansweredError(`no evidence was kept: ${complaint}`)
}

/** Bytes of a file of evidence. */
const largest = 50 * 1024 * 1024

/** Copies of files of one name that one step can keep. */
const mostCopies = 100

interface Evidence {
  /** Where the copy is. */
  readonly path: string
  readonly sha256: string
}

/** A file cannot be kept as evidence; the message says why, for the person who named it. */
class EvidenceError extends Error {
  override readonly name = 'EvidenceError'
}

/**
 * Copies a file into the folder of the run, readable by its owner only. What was kept before is never written over.
 *
 * @param step path of the step, which the copy's name begins with
 * @throws EvidenceError for what is not a regular file (a link to one included) or larger than 50 MB, and when it
 *   cannot be kept
 */
async function keepEvidence(source: string, folder: string, step: string): Promise<Evidence> {
  const bytes = await readEvidence(source)
  const kept = join(folder, 'evidence')
  try {
    await makeFolder(kept, { mode: 0o700 })
    const path = await writeNew(
      join(
        kept,
        `${step.replaceAll('/', '.')}-${basename(source)
          .replace(/[^\w.-]/g, '_')
          .slice(0, 100)}`,
      ),
      bytes,
    )
    return { path, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    throw new EvidenceError(`it could not be kept in ${kept}: ${messageOf(error)}`)
  }
}

/**
 * @returns the path, with a number where the name was taken: that of another attempt, or of a step whose name begins
 * alike
 */
async function writeNew(wanted: string, bytes: Buffer): Promise<string> {
  for (let copy = 1; copy <= mostCopies; copy += 1) {
    const path = copy === 1 ? wanted : `${wanted}.${copy}`
    const handle = await openNew(path)
    if (handle === undefined) continue
    try {
      await handle.writeFile(bytes)
      await handle.sync()
      return path
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await handle.close()
    }
  }
  throw new Error(`${mostCopies} files with that name already exist`)
}

async function openNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

async function readEvidence(path: string): Promise<Buffer> {
  try {
    return await readRegularFile(path, { links: 'refuse', most: largest })
  } catch (error) {
    throw new EvidenceError(`${path} ${refusals[codeOf(error)] ?? `cannot be read (${messageOf(error)})`}`)
  }
}

const refusals: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ELOOP: 'is a symbolic link',
  EACCES: 'is not readable',
  'not-regular': 'is not a regular file',
  'too-large': `is larger than ${largest} bytes`,
}
