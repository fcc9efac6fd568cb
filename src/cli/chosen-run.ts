import { messageOf, PreflightError, UsageError, exitCodes, DefinitionsError } from '../base/errors.js'
import { stateFolder } from '../base/files/state-folder.js'
import { lineText, timeText } from '../base/text/terminal-text.js'
import { readConfiguration } from '../checks/settings.js'
import { UnansweredError } from '../engine/person.js'
import { lastRun, type LastRun } from '../runbooks/record/last-run.js'
import { isPersonPresent, terminalPerson } from './asking-person.js'
import { warn } from './base-command.js'

interface RunFlags {
  readonly state?: string | undefined
  readonly config?: string | undefined
}

/** The run that a command shows. `last` is the last one of this deployment; without one, a warning says whose it is. */
export async function runToShow(named: string, flags: RunFlags): Promise<string> {
  const last = await lastOf(named, flags)
  if (last?.isOfDeployment === false) warn(`no run of this deployment; the last run is ${describe(last)}`)
  return last?.id ?? named
}

/**
 * The run that a command goes on with. `last` is the last one of this deployment; without one, somebody is asked
 * whether the last of all is meant.
 *
 * @param command `resume`
 * @throws UsageError with the id where no one can be asked, or who is asked says no; PreflightError (exit 23)
 */
export async function runToContinue(
  named: string,
  flags: RunFlags,
  command: string,
  signal: AbortSignal,
): Promise<string> {
  const last = await lastOf(named, flags)
  if (last === undefined) return named
  if (!last.isOfDeployment) await confirm(last, { command, signal, why: 'it is not a run of this deployment' })
  return last.id
}

/** The run that is undone: `last` always shows which one that is, and asks. Throws as `runToContinue` does. */
export async function runToUndo(named: string, flags: RunFlags, signal: AbortSignal): Promise<string> {
  const last = await lastOf(named, flags)
  if (last === undefined) return named
  const why = last.isOfDeployment ? 'an undo needs a confirmation' : 'it is not a run of this deployment'
  await confirm(last, { command: 'undo', signal, why })
  return last.id
}

/** `undefined` where `last` was not named, or there is no run. */
async function lastOf(named: string, flags: RunFlags): Promise<LastRun | undefined> {
  return named === 'last' ? lastRun(stateFolder(flags.state), await deploymentHere(flags)) : undefined
}

/** @returns `null` where a deployment file that cannot be read keeps it from being known */
async function deploymentHere({ config }: RunFlags): Promise<string | undefined | null> {
  try {
    return (await readConfiguration({ config })).deployment
  } catch (error) {
    if (!(error instanceof DefinitionsError || error instanceof UsageError)) throw error
    warn(`which deployment this is is unknown: ${messageOf(error)}`)
    return null
  }
}

interface Confirmation {
  readonly command: string
  readonly signal: AbortSignal
  readonly why: string
}

async function confirm(last: LastRun, { command, signal, why }: Confirmation): Promise<void> {
  const refuse = (reason: string): never => {
    throw new UsageError(`the last run is ${describe(last)}; ${reason}`, {
      hint: `if you mean it, type its id instead of last: ${last.id}`,
    })
  }
  if (!isPersonPresent()) return refuse(`${why}, and there is no terminal to ask at`)
  const question = {
    ask: `${command} this run?`,
    explain: [
      last.isOfDeployment ? 'The last run of this deployment:' : 'The last run, which is not of this deployment:',
      ...facts(last).map((fact) => `  ${fact}`),
    ].join('\n'),
  }
  const options = [
    { value: 'no', title: 'no, do nothing' },
    { value: 'yes', title: `yes, ${command} it` },
  ]
  try {
    if ((await terminalPerson().pick(question, options, signal)) === 'yes') return
  } catch (error) {
    if (!(error instanceof UnansweredError)) throw error
    throw new PreflightError('unanswered', exitCodes.runCancelled, `${error.message}; nothing was done`, {
      cause: error,
    })
  }
  refuse('it was not confirmed')
}

const describe = (last: LastRun): string => facts(last).join(', ')

/** Which run it is, of what, whose, and of which deployment. */
function facts({ id, start }: LastRun): readonly string[] {
  if (start === undefined) return [id]
  const { runbook, target, operator, startedWith } = start.event
  return [
    id,
    `${runbook} on ${lineText(target)}`,
    `started ${timeText(start.at)} by ${lineText(operator.user)} on ${lineText(operator.host)}`,
    startedWith === undefined
      ? 'deployment unknown'
      : startedWith.deployment === undefined
        ? 'without a deployment'
        : `of the deployment ${lineText(startedWith.deployment)}`,
  ]
}
