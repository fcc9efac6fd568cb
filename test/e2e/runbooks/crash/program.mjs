// Carries out, resumes or undoes a run. With `kill`, it kills itself with SIGKILL at the n-th operation on the run's
// journal: a process that ends there without a chance to put anything in order. With `copies`, it goes on to the end,
// and before each operation copies the folder there: what a process that is killed then leaves.
import fs, { cpSync, readFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const { mode, build, options, kill, folder, copies } = JSON.parse(readFileSync(0, 'utf8'))
let operations = 0

const copy = (name) => cpSync(folder, join(copies, name), { recursive: true })

/** Every write and every flush of journal and head is a boundary; of a write, one more lies in its middle. */
function dying(handle) {
  return new Proxy(handle, {
    get(target, name) {
      const own = Reflect.get(target, name, target)
      if (typeof own !== 'function') return own
      if (name !== 'write' && name !== 'datasync') return own.bind(target)
      return async (...args) => {
        operations += 1
        const halfWrite = () => target.write(args[0], args[1], Math.floor((args[2] ?? args[0].length) / 2), args[3])
        if (operations === kill?.at) {
          if (kill.torn && name === 'write') await halfWrite()
          process.kill(process.pid, 'SIGKILL')
          await new Promise(() => undefined)
        }
        if (copies !== undefined) {
          copy(`${operations}`)
          if (name === 'write') {
            await halfWrite()
            copy(`${operations}-torn`)
          }
        }
        return own.apply(target, args)
      }
    },
  })
}

const { open } = fs.promises
fs.promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest)
  return /journal\.(jsonl|head)$/.test(String(path)) ? dying(handle) : handle
}
syncBuiltinESMExports()

const refuse = () => Promise.reject(new Error('nobody is there'))
const { parts } = await createRequire(import.meta.url)(`${build}/launch.cjs`).loadProgram(build)
const { startRun } = await parts.startRun()
const { resumeRun, undoRun } = await parts.resumeRun()
const how = {
  ...options,
  approved: [],
  approvals: [],
  conductor: { type: refuse, line: refuse, pick: refuse, secret: refuse },
  terminal: {
    progress: process.stderr,
    progressMode: 'silent',
    progressColour: false,
    warn: () => undefined,
    atExit: () => () => undefined,
  },
  interruption: { signal: new AbortController().signal, exitCode: () => undefined },
}
const record =
  mode === 'start'
    ? await startRun(how)
    : mode === 'resume'
      ? await resumeRun({ ...how, run: 'last' })
      : await undoRun({ ...how, run: 'last', reason: 'the test says so' })
process.stdout.write(
  JSON.stringify({
    operations,
    state: record.state,
    message: record.message,
    exitCode: record.exitCode,
    steps: Object.fromEntries([...record.steps].map(([path, { state }]) => [path, state])),
  }),
)
process.exit(0)
