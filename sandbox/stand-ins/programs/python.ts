import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { checkPostgres } from './check-postgres.js'
import { checkRedis } from './check-redis.js'
import { type GateBehaviour, hang, readBehaviour } from './behaviour.js'
import { runPytest } from './pytest.js'

function fail(message: string, code = 1): number {
  process.stderr.write(`${message}\n`)
  return code
}

/** The top-level modules that a one-line program imports. */
function importedModules(code: string): string[] {
  const statements = code.split(/[;\n]/).map((statement) => statement.trim())
  return statements.flatMap((statement) => {
    const from = /^from\s+([\w.]+)\s+import\b/.exec(statement)?.[1]
    const plain = /^import\s+(.+)$/.exec(statement)?.[1]
    const names = from === undefined ? (plain?.split(',') ?? []) : [from]
    return names.map((name) => name.trim().split(/[\s.]/)[0] ?? '')
  })
}

/**
 * A program that imports the modules named by its arguments and prints their versions, with the generated code of a
 * package: what CPython prints of it, or its refusal where the protobuf runtime is older than that code (measured with
 * 4.25.8).
 */
function runImports(modules: string, generatedPackage: string): number {
  const { failingImports } = readBehaviour()
  const names = modules.split(',').map((name) => name.trim())
  const missing = names.find((name) => failingImports.includes(name.split('.')[0] ?? ''))
  if (missing !== undefined)
    return fail(
      `Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nModuleNotFoundError: No module named '${missing}'`,
    )
  if (failingImports.includes(generatedPackage)) {
    return fail(
      `Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nImportError: cannot import name 'runtime_version' from 'google.protobuf'`,
    )
  }
  process.stdout.write(
    `python 3.11.9; ${names.map((name) => `${name} 5.29.3`).join('; ')}; generated modules 2; package from the checkout\n`,
  )
  return 0
}

function runCode(code: string, rest: readonly string[]): number {
  const { failingImports } = readBehaviour()
  if (code.includes('sys.argv[2]')) return runImports(rest[0] ?? '', rest[1] ?? '')
  for (const name of importedModules(code)) {
    if (failingImports.includes(name))
      return fail(
        `Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nModuleNotFoundError: No module named '${name}'`,
      )
  }
  const printed = /print\((['"])(.*?)\1\)/.exec(code)?.[2]
  if (printed !== undefined) process.stdout.write(`${printed}\n`)
  return 0
}

/** An editable install leaves its traces in the checkout, as the real one does. */
function installPackage(gate: GateBehaviour): number {
  if (!existsSync('pyproject.toml'))
    return fail(
      `ERROR: file://${process.cwd()} does not appear to be a Python project: neither 'setup.py' nor 'pyproject.toml' found.`,
    )
  process.stdout.write(
    `Obtaining file://${process.cwd()}\n  Installing build dependencies: finished with status 'done'\n`,
  )
  if (gate !== 'contract')
    return fail(
      'ERROR: Could not find a version that satisfies the requirement protobuf==4.25.8 (from arqonbus)\nERROR: No matching distribution found for protobuf==4.25.8',
    )
  mkdirSync('arqonbus.egg-info', { recursive: true })
  writeFileSync('arqonbus.egg-info/PKG-INFO', 'Metadata-Version: 2.1\nName: arqonbus\nVersion: 1.0.0\n')
  process.stdout.write('Successfully installed arqonbus-1.0.0\n')
  return 0
}

async function runScript(path: string): Promise<number> {
  if (!existsSync(path)) return fail(`python: can't open file '${path}': [Errno 2] No such file or directory`, 2)
  const { gates } = readBehaviour()
  const isRedis = path.endsWith('redis_connection_check.py')
  const gate = isRedis ? gates['redis-script'] : gates['postgres-script']
  if (gate === 'hangs') return hang()
  if (gate !== 'contract') return fail('Traceback (most recent call last):\nRuntimeError: connection check crashed')
  return isRedis ? checkRedis() : checkPostgres()
}

async function runModule(name: string, args: readonly string[]): Promise<number> {
  if (name === 'pytest') return runPytest(args)
  if (name !== 'pip' || args[0] !== 'install') return fail(`/opt/conda/bin/python: No module named ${name}`)
  const gate = readBehaviour().gates.install
  return gate === 'hangs' ? hang() : installPackage(gate)
}

/** The part of `python` that the runbook's commands use. */
export async function runPython(args: readonly string[]): Promise<number> {
  const [first = '', second = '', ...rest] = args
  if (first === '--version' || first === '-V') {
    process.stdout.write('Python 3.11.9\n')
    return 0
  }
  if (first === '-c') return runCode(second, rest)
  if (first === '-m') return runModule(second, rest)
  return runScript(first)
}
