import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { folderOf } from './preflight.js'
import { runInProcess } from '../in-process.js'
import { program } from '../program.js'

const secret = 'kT9-Qw3zLp8Zr8Vb2-mN5pR8tV1'
const password = 'p/a%ss+w0rd=Long'
const R = '[redacted]'

const folder = folderOf({
  'prod.env': `JWT_SECRET=${secret}\nREDIS_URL="redis://:${encodeURIComponent(password)}@cache.internal:6379/0"\nREGION=eu-central-1-public\nMODE=abc\n`,
  'empty.env': '# nothing\n',
  'packs/site/a.yaml': `stage: config
variables:
  REGION: { exposure: public }
inputs:
  token: { type: string, description: a token, default: "none", secret: true }
checks:
  region:
    title: the region is set
    severity: blocker
    class: config
    env: { name: REGION }
    expect: [{ that: facts.set }]
    fix: set REGION
`,
  'note.txt': `the key is ${secret}, region eu-central-1-public\n`,
})

interface Ended {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

interface Options {
  readonly stdin?: 'ignore' | 'pipe' | number
  readonly stdout?: 'pipe' | number
  readonly environment?: Readonly<Record<string, string>>
}

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts the program; what it is fed is written by the caller. */
function started(
  args: readonly string[],
  { stdin = 'pipe', stdout = 'pipe', environment = {} }: Options = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), CI: 'true', ...environment }
  const child = spawn(process.execPath, ['--', program, 'redact', ...args], {
    cwd: folder,
    env,
    stdio: [stdin, stdout, 'pipe'],
  })
  children.push(child)
  child.stdin?.on('error', () => undefined)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) =>
      resolve({ exitCode, signal, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') }),
    )
  })
  return { child, ended }
}

function fed({ child, ended }: ReturnType<typeof started>, input: string | Buffer): Promise<Ended> {
  child.stdin?.end(input)
  return ended
}

/** The same in this process. */
async function runHere(args: readonly string[], input: string | Buffer, more = {}): Promise<Ended> {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), CI: 'true', ...more }
  const end = await runInProcess({ args: ['redact', ...args], cwd: folder, environment, input })
  return { ...end, stderr: end.stderr.toString('utf8'), signal: null }
}

async function redacted(
  args: readonly string[],
  input: string | Buffer,
  options: Options = {},
): Promise<Ended & { text: string }> {
  const end = await (options.stdin === undefined && options.stdout === undefined
    ? runHere(args, input, options.environment)
    : fed(started(args, options), input))
  return { ...end, text: end.stdout.toString('utf8') }
}

const own = ['--env-file', 'prod.env', '--no-builtin', '--checks', 'packs']

describe('redact', () => {
  it('filters standard input, and says what it cannot mask', async () => {
    const input = `${secret} and ${Buffer.from(secret).toString('base64')} and ${password}\nAuthorization: Bearer x\ncache.internal:6379 abc\n`
    const { exitCode, text, stderr } = await redacted(own, input)
    expect(text).toBe(`${R} and ${R} and ${R}\nAuthorization: ${R}\ncache.internal:6379 abc\n`)
    expect(stderr).toContain('too short or too common')
    expect(stderr).toContain('MODE')
    expect(stderr).not.toContain('JWT_SECRET')
    expect(exitCode).toBe(0)
  })

  it('filters a file, and takes - for standard input', async () => {
    const file = await redacted(['note.txt', ...own], '')
    expect({ text: file.text, exitCode: file.exitCode }).toEqual({
      text: `the key is ${R}, region eu-central-1-public\n`,
      exitCode: 0,
    })
    expect((await redacted(['-', ...own], `x ${secret}`)).text).toBe(`x ${R}`)
  })

  it('a file after --env-file is the file', async () => {
    expect(
      (await redacted(['--no-builtin', '--checks', 'packs', '--env-file', 'prod.env', 'note.txt'], '')).text,
    ).toContain(R)
  })

  it('shows what a pack calls public, and takes what none declares for secret', async () => {
    expect((await redacted(own, 'eu-central-1-public')).text).toBe('eu-central-1-public')
    expect((await redacted(['--env-file', 'prod.env'], 'eu-central-1-public')).text).toBe(R)
  })

  it('knows secret inputs', async () => {
    expect((await redacted([...own, '--input', 'token=in-Put-T0ken-x'], 'a in-Put-T0ken-x b')).text).toBe(`a ${R} b`)
  })

  it("takes a process's environment, its own, and both", async () => {
    const process = spawn('sleep', ['60'], { env: { DEPLOYED: secret }, stdio: 'ignore' })
    try {
      const pid = ['--env-pid', String(process.pid)]
      const environment = { INHERITED: 'inh3rited-Value-y' }
      const input = `${secret} inh3rited-Value-y`
      expect((await redacted(pid, input, { environment })).text).toBe(`${R} inh3rited-Value-y`)
      expect((await redacted([...pid, '--inherit-env'], input, { environment })).text).toBe(`${R} ${R}`)
      expect((await redacted(['--env-shell'], input, { environment })).text).toBe(`${secret} ${R}`)
    } finally {
      process.kill('SIGKILL')
    }
  })

  it('says so when it knows no secret', async () => {
    const { stderr, text, exitCode } = await redacted(['--env-file', 'empty.env'], 'password=x plain')
    expect({ text, exitCode }).toEqual({ text: `password=${R} plain`, exitCode: 0 })
    expect(stderr).toContain('no secret value is known')
  })

  it('masks a secret that arrives in two pieces', async () => {
    const { child, ended } = started(own)
    child.stdin?.write(`start ${secret.slice(0, 11)}`)
    await new Promise((resolve) => setTimeout(resolve, 400))
    child.stdin?.end(`${secret.slice(11)} end`)
    expect((await ended).stdout.toString('utf8')).toBe(`start ${R} end`)
  })

  it('returns bytes that are not UTF-8 as they were', async () => {
    const latin1 = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0xe9, 0xc3]),
      Buffer.from(` ${secret} `),
      Buffer.from([0xe2, 0x82]),
      Buffer.from('é京😀\ufffd'),
      Buffer.from([0xed, 0xa0, 0x80, 0xf5]),
    ])
    const expected = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0xe9, 0xc3]),
      Buffer.from(` ${R} `),
      Buffer.from([0xe2, 0x82]),
      Buffer.from('é京😀\ufffd'),
      Buffer.from([0xed, 0xa0, 0x80, 0xf5]),
    ])
    expect((await redacted(own, latin1)).stdout.equals(expected)).toBe(true)
  })

  it('filters much more than it holds in memory', async () => {
    const line = '2026-02-20 10:00:00,123 INFO transport client connected from 10.0.0.7:51514 took 12ms\n'
    const block = `${line.repeat(3000)}last ${secret}\n`
    const count = 40
    const big = join(folder, 'big.log')
    writeFileSync(big, block.repeat(count))
    const input = openSync(big, 'r')
    try {
      const { exitCode, text } = await redacted(own, '', { stdin: input })
      expect(exitCode).toBe(0)
      expect(text === `${line.repeat(3000)}last ${R}\n`.repeat(count)).toBe(true)
    } finally {
      closeSync(input)
    }
  })
})

describe('redact --check', () => {
  it.each([
    ['a secret', `x ${Buffer.from(secret).toString('hex')}`, 1, 'JWT_SECRET'],
    ['a password of a URL', `x ${password}`, 1, 'REDIS_URL'],
    ['what looks like a credential', 'Cookie: a=b', 1, 'looks like a credential'],
    ['nothing', 'cache.internal:6379 abc', 0, 'nothing to mask'],
    ['what was redacted before', `password=${R}`, 0, 'nothing to mask'],
  ])('%s', async (_, input, exitCode, said) => {
    const ended = await redacted([...own, '--check'], input)
    expect({ exitCode: ended.exitCode, text: ended.text }).toEqual({ exitCode, text: '' })
    expect(ended.stderr).toContain(said)
    expect(ended.stderr).not.toContain(secret.slice(0, 10))
  })

  it('passes what redact printed', async () => {
    const { text } = await redacted(own, readFileSync(join(folder, 'note.txt')))
    expect((await redacted([...own, '--check'], text)).exitCode).toBe(0)
  })
})

describe('redact refuses', () => {
  it('to wait for a terminal, and says what to do', async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), CI: 'true', SHELL: '/bin/sh' }
    const child = spawn(
      'script',
      ['-qec', `"${process.execPath}" -- "${program}" redact --env-file prod.env`, '/dev/null'],
      { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] },
    )
    children.push(child)
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    const exitCode = await new Promise((resolve) => child.once('close', resolve))
    expect(exitCode).toBe(2)
    expect(said).toContain('standard input is a terminal')
    expect(said).toContain('Hint:')
  })

  it.each([
    ['a folder as standard input', own, 2],
    ['a file that is not there', ['nowhere.txt', ...own], 2],
    ['a folder', ['packs', ...own], 2],
    ['an environment file that is not there', ['note.txt', '--env-file', 'nowhere.env'], 2],
    ['an environment file with a broken line', ['note.txt', '--env-file', 'note.txt'], 3],
    ['an input that no pack has', ['note.txt', ...own, '--input', 'nothing=x'], 2],
    ['two files', ['note.txt', 'note.txt', ...own], 2],
  ])('%s', async (what, args, exitCode) => {
    const input = what === 'a folder as standard input' ? openSync(folder, 'r') : undefined
    const ended = await redacted(args, '', input === undefined ? {} : { stdin: input })
    if (input !== undefined) closeSync(input)
    expect({ exitCode: ended.exitCode, text: ended.text }).toEqual({ exitCode, text: '' })
    expect(ended.stderr).not.toContain(secret.slice(0, 10))
  })
})

describe('what was not read or written to its end is not a success', () => {
  it('a full disk', async () => {
    const full = openSync('/dev/full', 'w')
    try {
      const { exitCode, stderr } = await redacted(own, 'plain', { stdout: full })
      expect(exitCode).toBe(74)
      expect(stderr).toContain('could not be written')
    } finally {
      closeSync(full)
    }
  })

  it('a closed pipe', async () => {
    const { child, ended } = started(own)
    child.stdout?.destroy()
    child.stdin?.end('plain words\n'.repeat(40_000))
    expect((await ended).exitCode).toBe(74)
  })

  it.each([[own], [[...own, '--check']]])('a device that cannot be read (%j)', async (args) => {
    const input = openSync('/proc/self/mem', 'r') // Nothing is mapped at address 0: EIO.
    try {
      const { exitCode, stderr, text } = await redacted(args, '', { stdin: input })
      expect({ exitCode, text }).toEqual({ exitCode: 74, text: '' })
      expect(stderr).toContain('standard input could not be read completely')
    } finally {
      closeSync(input)
    }
  })

  it('a connection that breaks in the middle', async () => {
    const peers: Socket[] = []
    const server = createServer((peer) => {
      peers.push(peer)
      peer.on('error', () => undefined)
      peer.write(`${'plain words\n'.repeat(40_000)}${secret}`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const command = `exec 3<>/dev/tcp/127.0.0.1/${port}; exec "${process.execPath}" -- "${program}" redact ${own.join(' ')} <&3`
    const child = spawn('bash', ['-c', command], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', CI: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')))
    child.stdout.once('data', () => setTimeout(() => peers[0]?.resetAndDestroy(), 500)) // Once it reads.
    const exitCode = await new Promise((resolve) => child.once('close', resolve))
    server.close()
    expect(exitCode).toBe(74)
    expect(stderr).toContain('could not be read completely')
    expect(stdout).not.toContain(secret.slice(0, 10))
  })
})

describe('an interrupted filter ends, and passes nothing more', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while it waits for input', async (signal, code) => {
    const { child, ended } = started(own)
    child.stdin?.write(`${'plain words\n'.repeat(30_000)}${secret}`)
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.kill(signal)
    const { exitCode, stdout } = await ended
    expect(exitCode).toBe(code)
    expect(stdout.toString('utf8').replaceAll('plain words\n', '').length).toBeLessThan('plain words\n'.length)
  })

  it('SIGINT while its output is not read', async () => {
    const { child, ended } = started(own)
    child.stdout?.pause()
    const isReady = new Promise((resolve) => child.stderr?.once('data', resolve))
    child.stdin?.write('plain words\n'.repeat(400_000))
    await isReady // The warning is written before anything is read.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    child.kill('SIGINT')
    child.stdin?.destroy()
    const exitCode = await new Promise((resolve) => child.once('exit', resolve))
    child.stdout?.resume()
    await ended
    expect(exitCode).toBe(130)
  })
})

it('redact --help has examples', async () => {
  const { exitCode, text } = await redacted(['--help'], '')
  expect(exitCode).toBe(0)
  expect(text).toContain('EXAMPLES')
  expect(text).toContain('--check')
})
