import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { messageOf, OutputError } from '../../base/errors.js'
import { fence } from '../../base/text/markdown-text.js'

/** The file in which a step of a GitHub workflow collects Markdown. */
interface StepSummary {
  /**
   * @param whole Markdown
   * @param brief plain text, added instead where the whole does not fit
   * @throws OutputError when neither fits or the file cannot be written
   */
  append(whole: string, brief: string): Promise<void>
}

/** Bytes that GitHub takes of a step; one byte more and it shows none of them. */
const largestSummary = 1024 * 1024

/** @throws OutputError when nothing can be added to the file: better known before the run than after it */
export async function openStepSummary(path: string): Promise<StepSummary> {
  await added(path, () => '')
  return { append: (whole, brief) => added(path, (size) => fitting(size, whole, brief)) }
}

function fitting(size: number, whole: string, brief: string): string {
  const separator = size === 0 ? '' : '\n\n'
  const text = [whole, `${fence(brief, 'text')}\n`]
    .map((each) => `${separator}${each}`)
    .find((each) => size + Buffer.byteLength(each) <= largestSummary)
  if (text === undefined) throw new OutputError('the step summary is full: GitHub accepts 1 MiB per step')
  return text
}

/** Adds what is made of the size that the file has, in bytes. */
async function added(path: string, make: (size: number) => string): Promise<void> {
  try {
    // Without O_NONBLOCK, opening a pipe without a reader blocks, and no signal ends that.
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK)
    try {
      await file.appendFile(make((await file.stat()).size), 'utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof OutputError) throw error
    throw new OutputError(`the step summary could not be written: ${messageOf(error)}`, {
      cause: error,
      hint: 'the github format adds to the file that $GITHUB_STEP_SUMMARY names',
    })
  }
}
