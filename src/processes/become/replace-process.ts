import { accessSync, constants } from 'node:fs'
import type { ProgramToStart } from './program-to-start.js'

type Execve = (file: string, argv: readonly string[], environment: Readonly<Record<string, string>>) => undefined

/** Node's own, where it has one: 22.15 and later, 23.11 and later. */
function execve(): Execve | undefined {
  const { execve } = process as { readonly execve?: Execve }
  return typeof execve === 'function' ? execve : undefined
}

/** Whether this process can become another program. */
export function canReplaceProcess(): boolean {
  return execve() !== undefined
}

/**
 * Becomes the program: it has this process's id, its standard streams and its working folder. All else that is open
 * here is closed, and every signal does there what it does by default. Does not return.
 */
export function replaceProcess(program: ProgramToStart): void {
  // Node ignores these two, and what is ignored stays ignored in the program. What is caught starts with the default.
  for (const signal of ['SIGPIPE', 'SIGXFSZ']) process.on(signal, () => undefined)
  const { argv, environment, file, word } = program
  const go = execve()!
  const env = envFor(word)
  if (env === undefined) go.call(process, file, argv, environment)
  else go.call(process, env, [env, '--', word, ...argv.slice(1)], environment)
}

/**
 * The program of that name, which starts another one and changes nothing. When that fails it says why and ends with 126
 * or 127; Node would abort, with a stack trace and perhaps a core dump that holds the environment.
 *
 * @returns `undefined` where there is none, or where it would take the word for something else
 */
function envFor(word: string): string | undefined {
  if (word === '-' || word.includes('=')) return undefined
  return ['/usr/bin/env', '/bin/env'].find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
