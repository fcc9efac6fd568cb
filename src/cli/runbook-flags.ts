import { Flags } from '@oclif/core'
import type { GivenToRunbook, RunbookSource } from '../runbooks/prepare/runbook-options.js'
import type { ConductOptions } from '../runbooks/start-run.js'
import type { EnvironmentAsked } from '../checks/environment/choose-environment.js'
import type { Person } from '../engine/person.js'
import { definitionFlags, environmentFlags, plainFlag, repeatable } from './flags.js'
import {
  definitionOptions,
  environmentOptions,
  inputOptions,
  type DefinitionFlags,
  type EnvironmentFlags,
  type InputFlags,
  type RawInput,
} from './options.js'
import { isPersonPresent, terminalPerson } from './asking-person.js'
import { runTerminal } from './base-command.js'

/** Where runbooks come from. */
export const runbookSourceFlags = {
  runbooks: repeatable('another folder of runbooks, in addition to the built-in ones (repeatable)', '<dir>'),
  ...definitionFlags,
}

/** What a run that continues is given again. */
export const secretFlags = {
  'param-env': repeatable('read a secret parameter from this environment variable (repeatable)', '<name=VARIABLE>'),
  ...environmentFlags,
}

/** The parameters of a runbook. */
export const parameterFlags = {
  param: repeatable('set a parameter (repeatable); see `preflight runbook show` for their names', '<name=value>'),
  params: Flags.string({
    description: 'a YAML or JSON file of parameters; it cannot contain secrets',
    helpValue: '<file>',
  }),
  ...secretFlags,
}

/** What a person accepts of the changes since the run stopped. */
export const acceptFlags = {
  'accept-changed': repeatable(
    'continue even though this changed since the last step; use the name from the refusal (repeatable)',
    '<kind:name>',
  ),
}

/** What a run that goes on is checked by. */
export const headFlag = {
  head: Flags.string({
    description: 'the anchor that was saved when the run stopped: refuse a journal without that entry',
    helpValue: '<anchor>',
  }),
}

/** How a run is answered and shown. */
export const conductFlags = {
  approve: repeatable(
    'approve a destructive step, or a runbook that is an item of a checklist, by its path (repeatable)',
    '<step>',
  ),
  approval: repeatable(
    'an approval document for an approve step; its signature is <file>.sig beside it (repeatable)',
    '<file>',
  ),
  plain: plainFlag,
}

interface ConductFlags {
  readonly state?: string | undefined
  readonly approve?: string[] | undefined
  readonly approval?: string[] | undefined
  readonly plain: boolean
}

/** Who answers while a run goes on, and where it shows itself. */
export function conductOptions(flags: ConductFlags, interruption: ConductOptions['interruption']): ConductOptions {
  return {
    state: flags.state,
    approved: flags.approve ?? [],
    approvals: flags.approval ?? [],
    conductor: terminalPerson(),
    terminal: runTerminal(flags.plain),
    interruption,
  }
}

/** Who is asked for missing parameters: no one without a terminal, so that all of them are reported at once. */
export function parameterPerson(): Person | undefined {
  return isPersonPresent() ? terminalPerson() : undefined
}

interface SourceFlags extends DefinitionFlags {
  readonly runbooks?: string[] | undefined
}

export function runbookSource(flags: SourceFlags): RunbookSource {
  return { definitions: definitionOptions(flags), runbooks: flags.runbooks ?? [] }
}

interface ParameterFlags extends EnvironmentFlags, InputFlags {
  readonly param?: string[] | undefined
  readonly 'param-env'?: string[] | undefined
  readonly params?: string | undefined
}

/**
 * @param raw gives the order of the sources of the environment
 * @param person who is asked for what is missing
 * @param environmentAsked who is asked for an environment that nobody named
 */
export function givenToRunbook(
  flags: ParameterFlags,
  raw: RawInput,
  person: Person | undefined,
  environmentAsked?: EnvironmentAsked,
): GivenToRunbook {
  return {
    parameters: flags.param ?? [],
    parameterVariables: flags['param-env'] ?? [],
    parameterFile: flags.params,
    environment: environmentOptions(flags, raw),
    environmentAsked,
    inputs: inputOptions(flags),
    person,
  }
}
