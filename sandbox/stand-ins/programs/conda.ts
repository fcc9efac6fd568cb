import { hang, readBehaviour, recordRun } from './behaviour.js'
import { runPytest } from './pytest.js'
import { runPython } from './python.js'

const root = '/opt/conda'
const folderOf = (name: string): string => `${root}/envs/${name}`

function fail(message: string, code = 1): number {
  process.stderr.write(`${message}\n`)
  return code
}

interface RunRequest {
  readonly environment: string
  readonly command: readonly string[]
}

/** `conda run [-n NAME] [flags] PROGRAM ARGUMENT…`: conda's own flags are before the program. */
function parseRun(args: readonly string[]): RunRequest {
  let environment = 'base'
  for (let position = 0; position < args.length; position += 1) {
    const argument = args[position] ?? ''
    if (argument === '-n' || argument === '--name') {
      environment = args[position + 1] ?? ''
      position += 1
    } else if (argument === '--cwd') {
      process.chdir(args[position + 1] ?? '.')
      position += 1
    } else if (!argument.startsWith('-')) return { environment, command: args.slice(position) }
  }
  return { environment, command: [] }
}

async function run(args: readonly string[]): Promise<number> {
  const { environment, command } = parseRun(args)
  if (environment !== 'base' && !readBehaviour().condaEnvironments.includes(environment)) {
    return fail(`\nEnvironmentLocationNotFound: Not a conda environment: ${folderOf(environment)}\n`)
  }
  const [program = '', ...rest] = command
  if (program === 'python') return runPython(rest)
  if (program === 'pytest') return runPytest(rest)
  return fail(`${program}: command not found`, 127)
}

function listEnvironments(isJson: boolean): number {
  const folders = [root, ...readBehaviour().condaEnvironments.map(folderOf)]
  if (isJson) process.stdout.write(`${JSON.stringify({ envs: folders }, undefined, 2)}\n`)
  else
    process.stdout.write(
      `# conda environments:\n#\n${folders.map((folder) => `${(folder.split('/').at(-1) ?? '').padEnd(24)} ${folder}`).join('\n')}\n\n`,
    )
  return 0
}

async function main(args: readonly string[]): Promise<number> {
  if (readBehaviour().condaHangs) return hang()
  const [command = '', subcommand = ''] = args
  if (command === '--version') {
    process.stdout.write('conda 24.9.2\n')
    return 0
  }
  if (command === 'run') return run(args.slice(1))
  if ((command === 'env' && subcommand === 'list') || (command === 'info' && args.includes('--envs')))
    return listEnvironments(args.includes('--json'))
  return fail(`CommandNotFoundError: No command 'conda ${command}'.`, 2)
}

recordRun('conda')
process.exitCode = await main(process.argv.slice(2))
