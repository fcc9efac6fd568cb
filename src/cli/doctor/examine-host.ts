import { codeCacheFinding, builtInFinding, completionFinding, installationFinding } from './installation.js'
import { configurationOf, definitionsFinding, environmentFinding, type DoctorOptions } from './deployment.js'
import { homeFinding, stateFinding, temporaryFinding } from './folders.js'
import { clockFinding, nodeFinding, openFilesFinding, terminalFinding } from './machine.js'
import { programFindings, sandboxFinding } from './programs.js'
import { resultsFolder } from '../../checks/history/keep-result.js'
import { stateFolder } from '../../base/files/state-folder.js'
import type { DoctorFinding } from './doctor-finding.js'

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
