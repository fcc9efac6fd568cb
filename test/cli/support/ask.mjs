// A program, of the build, that asks its terminal one question and writes down, as JSON, how that ended. Arguments: file, method,
// milliseconds until it gives up.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const build = fileURLToPath(new URL('../../../dist', import.meta.url))
const { parts } = await createRequire(import.meta.url)(`${build}/launch.cjs`).loadProgram(build)
const { messageOf } = await parts.errors()
const { terminalPerson } = await parts.asking()
const { listenForInterruption } = await parts.baseCommand()
const { UnansweredError } = await parts.person()

const [, , file = '', method = '', patience = ''] = process.argv
const interruption = listenForInterruption()
const person = terminalPerson()
const question = {
  ask: 'is \u001B[2Jit\r done?',
  explain: 'first line\nsecond \u001B]0;title\u0007 line \u202Etxt',
}
const controller = new AbortController()
const { signal } = controller
interruption.signal.addEventListener('abort', () => controller.abort())
if (patience !== '') setTimeout(() => controller.abort(), Number(patience))

function answer() {
  switch (method) {
    case 'type':
      return person.type(question, 'done', signal)
    case 'secret':
      return person.secret(question, signal)
    case 'pick':
      return person.pick(
        question,
        [
          { value: 'first', title: 'the first' },
          { value: 'second', title: 'the \u001B[31msecond' },
        ],
        signal,
      )
    default:
      return person.line(question, signal)
  }
}

let ended
try {
  const first = await answer()
  ended = method === 'twice' ? { answer: first, second: await answer() } : { answer: first }
} catch (error) {
  ended = {
    name: error instanceof UnansweredError ? 'UnansweredError' : 'other',
    message: messageOf(error),
    hint: error instanceof UnansweredError ? error.hint : undefined,
  }
}
writeFileSync(file, JSON.stringify({ ...ended, isRaw: process.stdin.isTTY ? process.stdin.isRaw : undefined }))
process.exitCode = interruption.exitCode() ?? 0
