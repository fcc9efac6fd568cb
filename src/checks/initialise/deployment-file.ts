import { dirname, relative, resolve } from 'node:path'
import { defaultProfile } from '../../base/vocabulary.js'
import { isThisShell, sourceFrom, type EnvironmentSource } from '../../environment/environment-source.js'
import { fullInputName } from '../input-names.js'
import { flow } from './yaml-text.js'
import type { InitAnswers, InputAnswer } from './answers.js'

/** An input whose value the deployment file may show: it is an expression, or no secret. */
export function isWrittenOpenly({ isSecret, value }: InputAnswer): boolean {
  return !isSecret || value === undefined || isVariable(value)
}

/** Whether a text is `${{ … }}` and nothing else, and so holds no value. */
const isVariable = (text: string): boolean => /^\s*\$\{\{\s*env\.[A-Za-z_][A-Za-z0-9_]*\s*\}\}\s*$/.test(text)

/** Where the value of a secret input is kept, from the folder of the deployment file. */
export const secretFile = (input: Pick<InputAnswer, 'system' | 'name'>): string => `secrets/${fullInputName(input)}`

/**
 * The text of the deployment file.
 *
 * @param file its path: relative paths in it start from its folder
 */
export function deploymentText(answers: InitAnswers, file: string): string {
  const { deployment, packs, isOwn, environment, gates, inputs } = answers
  const folder = dirname(resolve(file))
  return [
    '# What preflight knows about this deployment. `preflight validate` finds mistakes in it.',
    line('deployment', deployment, 'its name in reports'),
    line('profile', defaultProfile, 'how strictly it is judged'),
    line('packs', packs, 'the built-in packs in use; [] for none'),
    ...(isOwn
      ? [line('checks', ['checks'], 'packs of your own'), line('runbooks', ['runbooks'], 'runbooks of your own')]
      : []),
    environment.length === 0
      ? line('# environment', ['.env'], 'where its variables come from; later sources win')
      : line(
          'environment',
          environment.map((source) => relativeSource(source, folder)),
          'later sources win',
        ),
    ...(gates === undefined ? [] : [gatesLine(gates)]),
    ...inputLines(inputs),
    '',
  ].join('\n')
}

/** Columns of a line before its comment. */
const commentColumn = 34

function line(key: string, value: unknown, about: string): string {
  return `${`${key}: ${flow(value)}`.padEnd(commentColumn)} # ${about}`
}

function gatesLine(gates: boolean): string {
  return line('gates', gates, gates ? 'they build and test the checkout' : 'left out, and every report says so')
}

function inputLines(inputs: readonly InputAnswer[]): readonly string[] {
  if (inputs.length === 0) return []
  const isAnyGiven = inputs.some(({ value }) => value !== undefined)
  return [isAnyGiven ? 'inputs:' : '# inputs:', ...inputs.flatMap(inputLine)]
}

function inputLine(input: InputAnswer): readonly string[] {
  const { description, isSecret, value } = input
  const name = fullInputName(input)
  const about = `  # ${description.replaceAll(/\s+/g, ' ')}`
  if (value === undefined) return [about, `  # ${name}: ${isSecret ? '{ file: PATH }' : '…'}   # required`]
  if (!isWrittenOpenly(input)) return [about, `  ${name}: { file: ${secretFile(input)} }`]
  return [about, `  ${name}: ${flow(value)}`]
}

function relativeSource(source: EnvironmentSource, folder: string): unknown {
  const fromFolder = (path: string): string => relative(folder, resolve(path)) || '.'
  return isThisShell(source) ? source : sourceFrom(source, fromFolder)
}
