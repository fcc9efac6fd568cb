import { findProgram, installLines, missingPrograms, packagesOf } from '../../../sandbox/process/needed-programs.mjs'
import { surrounding } from '../../base/own-environment.js'
import { isAbsolute } from 'node:path'
import { counted } from '../../base/text/wording.js'
import type { Configuration } from '../../checks/load/configuration.js'
import { requirementsOf } from '../../checks/requirements.js'
import { programsOfRunbook } from '../../runbooks/written-programs.js'
import type { DoctorOptions } from './deployment.js'
import { ok, warning, type DoctorFinding } from './doctor-finding.js'

interface NamedProgram {
  readonly name: string
  readonly neededBy: readonly string[]
}

/**
 * One finding for each program that selected checks, named runbooks and signatures start and that is not found, and
 * one for those that are.
 */
export async function programFindings(
  options: DoctorOptions,
  configuration: Configuration,
): Promise<readonly DoctorFinding[]> {
  const programs = await neededPrograms(options, configuration)
  const searched = programs.filter(({ name }) => isAbsolute(name) || !name.includes('/'))
  const absent = searched.filter(({ name }) => findProgram([name], searchPath()) === undefined)
  const there = searched.filter((program) => !absent.includes(program)).map(({ name }) => name)
  return [
    ...(there.length > 0 || absent.length === 0
      ? [ok('programs', there.length === 0 ? 'the selected checks start none' : there.join(', '))]
      : []),
    ...absent.map(({ name, neededBy }) =>
      warning('programs', `${name} not found on PATH: ${readers(neededBy)}`, ...installHints(name)),
    ),
  ]
}

async function neededPrograms(options: DoctorOptions, configuration: Configuration): Promise<readonly NamedProgram[]> {
  const { programs } = await requirementsOf(options)
  const ofChecks = programs.flatMap(({ name, checks }) => (name === undefined ? [] : [{ name, neededBy: checks }]))
  const source = { definitions: options, runbooks: options.runbooks }
  const ofRunbooks = await Promise.all(
    options.runbookIds.map(async (id) =>
      (await programsOfRunbook(source, id)).map((name) => ({ name, neededBy: [`runbook ${id}`] })),
    ),
  )
  const { signers } = configuration.waivers
  const ofSignatures = signers === undefined ? [] : [{ name: 'ssh-keygen', neededBy: ['the signature of the waivers'] }]
  const all = [...ofChecks, ...ofRunbooks.flat(), ...ofSignatures]
  return [...new Set(all.map(({ name }) => name))].map((name) => ({
    name,
    neededBy: [...new Set(all.filter((each) => each.name === name).flatMap(({ neededBy }) => neededBy))],
  }))
}

/** The sandbox is for training: a deployment does without it. */
export function sandboxFinding(): DoctorFinding {
  const absent = missingPrograms('sandbox', searchPath())
  const names = absent.map(({ programs }) => programs.join(' or ')).join(', ')
  return absent.length === 0
    ? ok('sandbox', 'its servers are installed')
    : warning(
        'sandbox',
        `${names} not found: only \`preflight sandbox\` needs them`,
        ...linesHere(installLines(absent)),
      )
}

const mostReaders = 3

function readers(names: readonly string[]): string {
  const rest = names.length - mostReaders
  return `needed by ${names.slice(0, mostReaders).join(', ')}${rest > 0 ? ` and ${counted(rest, 'other')}` : ''}`
}

function installHints(name: string): readonly string[] {
  const packages = packagesOf(name)
  return packages === undefined
    ? ['install it, put its folder on PATH, or name it by an input: `preflight inputs` lists them']
    : linesHere(installLines([packages]))
}

/** Those of the package managers that are there; all of them where none is. */
function linesHere(lines: readonly string[]): readonly string[] {
  const usable = lines.filter((line) => findProgram([line.split(' ')[0]!], searchPath()) !== undefined)
  return usable.length > 0 ? usable : lines
}

const searchPath = (): string => surrounding('PATH') ?? '/usr/local/bin:/usr/bin:/bin'
