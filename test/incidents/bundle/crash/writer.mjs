// Writes bundles with the module that is its argument. Each writer can be made to stop for good at its n-th operation on
// the file system, or in the middle of one that writes or removes, or to get an error there; when the others have ended
// too, the process dies by SIGKILL. What is on disk then is what a process leaves that is killed there without a chance
// to put anything in order.
import fs, { readdirSync, readFileSync, writeSync } from 'node:fs'
import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const { writeBundle } = await import(process.argv[2])
const { writers } = JSON.parse(readFileSync(0, 'utf8'))
const current = new AsyncLocalStorage()

const middles = {
  writeFile: (write, [content]) => write(content.subarray(0, Math.ceil(content.length / 2))),
  rm: (remove, [path]) => remove(join(path, readdirSync(path)[0] ?? ''), { recursive: true, force: true }),
}

function counted(name, operation) {
  return async (...args) => {
    const writer = current.getStore()
    writer.operations.push(name)
    if (writer.operations.length === writer.stop?.at) {
      if (writer.stop.error)
        throw Object.assign(new Error(`${writer.stop.error}: made up`), { code: writer.stop.error })
      if (writer.stop.inMiddle) await middles[name](operation, args)
      writer.stopped()
      await new Promise(() => undefined)
    }
    const result = await operation(...args)
    return name === 'open' ? countedHandle(result) : result
  }
}

function countedHandle(handle) {
  return new Proxy(handle, {
    get(target, name) {
      const own = Reflect.get(target, name, target)
      if (typeof own !== 'function') return own
      return typeof name === 'string' ? counted(name, own.bind(target)) : own.bind(target)
    },
  })
}

for (const name of Object.keys(fs.promises)) {
  const own = fs.promises[name]
  if (typeof own === 'function') fs.promises[name] = counted(name, own.bind(fs.promises))
}
syncBuiltinESMExports()

async function endOf({ request, stop }) {
  const operations = []
  const hasStopped = new Promise((resolve) => {
    const writing = current.run({ operations, stop, stopped: () => resolve({ end: 'stopped' }) }, () =>
      writeBundle({ ...request, gate: () => [] }),
    )
    writing.then(
      (written) => resolve({ end: 'written', written }),
      ({ code, exitCode, message, hint }) => resolve({ end: 'refused', refusal: { code, exitCode, message, hint } }),
    )
  })
  return { operations, ...(await hasStopped) }
}

const ends = await Promise.all(writers.map(endOf))
writeSync(1, JSON.stringify(ends))
process.kill(process.pid, 'SIGKILL')
