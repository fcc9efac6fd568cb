import type { Errors } from '@oclif/core'
import { stripVTControlCharacters } from 'node:util'
import { counted, suggestionHint } from '../base/text/wording.js'
import { envShellHint } from './options.js'

/** What is wrong with a command line, and what to type instead. */
interface CommandLineProblem {
  readonly message: string
  readonly hint: string | undefined
}

/** What people type for a command of another name. */
const otherNames: Readonly<Record<string, string>> = {
  check: 'preflight run',
  test: 'preflight run',
  lint: 'preflight validate',
  'validate-config': 'preflight validate',
  config: 'preflight validate',
  status: 'preflight runbook status, or preflight history',
  resume: 'preflight runbook resume',
  undo: 'preflight runbook undo',
  rollback: 'preflight runbook undo',
  apply: 'preflight runbook run',
  start: 'preflight runbook run',
  demo: 'preflight sandbox run',
  capture: 'preflight incident capture',
  show: 'preflight explain',
  describe: 'preflight explain',
  version: 'preflight --version',
}

/** The parts of oclif's errors that say what they are about. */
interface ParseDetails {
  readonly flags?: readonly string[]
  readonly args?: readonly (string | { readonly name: string; readonly description?: string })[]
  readonly parse?: {
    readonly output?: { readonly flags?: Readonly<Record<string, unknown>> }
    readonly input?: {
      readonly context?: { readonly id?: string }
      readonly flags?: Readonly<Record<string, { readonly helpValue?: string | readonly string[] }>>
      readonly args?: Readonly<Record<string, unknown>>
    }
  }
}

/**
 * An error of oclif's parser in our words.
 *
 * @param commands the names of all commands
 */
export function commandLineProblem(error: Errors.CLIError, commands: readonly string[]): CommandLineProblem {
  const details = error as ParseDetails
  const text = plainText(error.message)
  const help = helpOf(details)
  return (
    unknownCommand(text, commands) ??
    unknownFlags(details, help) ??
    missingArguments(text, details, help) ??
    furtherArguments(text, details, help) ??
    missingFlag(text, details, help) ??
    flagProblem(text, help) ?? { message: text, hint: help }
  )
}

/** An error of the parser or of a flag's own reader, without what oclif puts around it. */
export function withoutParserWords(message: string): string {
  const [, ours] = /^Parsing --\S+ \n\t(.*)\nSee more help with --help$/s.exec(message) ?? []
  return ours ?? message
}

function plainText(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/\s*See more help with --help$/, '')
    .replace(/\s*\n\s*/g, ' ')
}

function helpOf({ parse }: ParseDetails): string {
  const id = parse?.input?.context?.id?.replaceAll(':', ' ')
  return id === undefined ? '--help lists what this command takes' : `\`preflight ${id} --help\` lists what it takes`
}

function unknownCommand(text: string, commands: readonly string[]): CommandLineProblem | undefined {
  const [, id] = /^command (.+) not found$/.exec(text) ?? []
  if (id === undefined) return undefined
  const name = id.replaceAll(':', ' ')
  const withArguments = commands.find((command) => name.startsWith(`${command} `))
  if (withArguments !== undefined)
    return {
      message: `${name.slice(withArguments.length + 1)}: this command takes no argument`,
      hint: `\`preflight ${withArguments} --help\` lists what it takes`,
    }
  const meant = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined
  const topics = commands.flatMap((command) => command.split(' ').slice(0, -1))
  return {
    message: `unknown command ${name}`,
    hint:
      meant === undefined
        ? (suggestionHint(name, [...topics, ...commands]) ?? '`preflight --help` lists the commands')
        : `did you mean ${meant}?`,
  }
}

function unknownFlags({ flags, parse }: ParseDetails, help: string): CommandLineProblem | undefined {
  if (flags === undefined || parse === undefined) return undefined
  const known = Object.keys(parse.input?.flags ?? {}).map((name) => `--${name}`)
  return {
    message: `unknown flag${flags.length === 1 ? '' : 's'} ${flags.join(', ')}`,
    hint: suggestionHint(String(flags[0]), known) ?? help,
  }
}

/** oclif adds to its own words that flags which may be repeated take the words after them: ours do not. */
function missingArguments(text: string, { args }: ParseDetails, help: string): CommandLineProblem | undefined {
  if (!text.startsWith('Missing ') || args === undefined) return undefined
  const missing = args.map((arg) =>
    typeof arg === 'string'
      ? `<${arg}> is missing`
      : `<${arg.name}> is missing${arg.description === undefined ? '' : `: ${arg.description}`}`,
  )
  return { message: missing.join('; '), hint: help }
}

function furtherArguments(text: string, { args, parse }: ParseDetails, help: string): CommandLineProblem | undefined {
  if (!text.startsWith('Unexpected argument') || args === undefined) return undefined
  const taken = Object.keys(parse?.input?.args ?? {})
  const takes = taken.length === 0 ? 'no argument' : `only ${counted(taken.length, 'argument')} (${taken.join(', ')})`
  return {
    message: `${args.map((arg) => (typeof arg === 'string' ? arg : arg.name)).join(', ')}: this command takes ${takes}`,
    // A word too many behind --env-shell is meant for a file.
    hint: parse?.output?.flags?.['env-shell'] === true ? envShellHint : help,
  }
}

function missingFlag(text: string, { parse }: ParseDetails, help: string): CommandLineProblem | undefined {
  const [, flag] = /^The following errors? occurred: Missing required flag (\S+)/.exec(text) ?? []
  if (flag === undefined) return undefined
  const [value = ''] = [parse?.input?.flags?.[flag]?.helpValue ?? []].flat()
  return { message: `--${flag}${value === '' ? '' : ` ${value}`} is missing`, hint: help }
}

/** Sentences of oclif about one flag, and ours. */
const flagSentences: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^Flag (--\S+) expects a value$/, (flag) => `${flag} needs a value`],
  [/^Flag (--\S+) can only be specified once$/, (flag) => `${flag} is given twice`],
  [
    /^Expected (--[^=]+)=(.*) to be one of: (.*)$/s,
    (flag, value, known) => `${flag} ${value}: expected ${listed(known)}`,
  ],
  [/^Expected (.*) to be one of: (.*)$/s, (value, known) => `${value}: expected ${listed(known)}`],
  [
    /^The following errors? occurred: (--[^= ]+)(?:=.*)? cannot also be provided when using (--.+)$/s,
    (flag, other) => `${flag} cannot be used with ${other}`,
  ],
  [
    /^The following errors? occurred: All of the following must be provided when using (--\S+): (--.+)$/,
    (flag, other) => `${flag} needs ${other}`,
  ],
]

function flagProblem(text: string, help: string): CommandLineProblem | undefined {
  for (const [pattern, sentence] of flagSentences) {
    const match = pattern.exec(text)
    if (match !== null) return { message: sentence(...match.slice(1)), hint: help }
  }
  return undefined
}

/** `a, b, c` as `a, b or c`. */
function listed(names: string): string {
  return names.replace(/, ([^,]*)$/, ' or $1')
}
