import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { signersFile, signingKey } from '../../../runbooks/actions/support/signing.js'
import { folderOf, preflight, type Ended } from '../../cli/preflight.js'

const pack = `stage: config
variables: { REGION: { exposure: public } }
inputs:
  wanted: { type: string, description: the region that is wanted, default: us }
  password: { type: string, secret: true, description: a secret, default: none-is-given }
checks:
  region:
    title: the region is the one that is wanted
    severity: blocker
    class: config
    fix: set it
    env: { name: REGION }
    expect:
      - that: facts.value == inputs.wanted && size(inputs.password) > 0
        message: it is another one
`

const secret = 'Xq9vT2mLw8Zr4KpB'

/**
 * A runbook that stops at its second step until there is a file, with everything it can be told in folders with a blank
 * and a quote in their names.
 */
function site(gate = 'run: [test, -e, "${{ params.place }}/go"]\n    effect: read') {
  const folder = folderOf({
    "the 'books'/site/deploy.yaml": `title: a runbook that is told a lot
target: "\${{ params.place }}"
parameters:
  place: { type: path, description: the folder of the site }
  word: { type: string, default: none, description: a word }
  token: { type: secret, variable: SITE_TOKEN, description: a secret }
steps:
  - id: first
    run: { shell: 'echo "done $TOKEN" > "$1/log"', arguments: ["\${{ params.place }}"], environment: { TOKEN: "\${{ params.token }}" } }
    effect: idempotent
    undo: { run: { shell: 'echo "undone $TOKEN" > "$1/log"', arguments: ["\${{ params.place }}"], environment: { TOKEN: "\${{ params.token }}" } } }
  - id: gate
    ${gate}
  - id: judged
    check: site/a
`,
    'my packs/site/a.yaml': pack,
    'site.env': 'REGION=eu\n',
    'preflight.yaml': 'deployment: here\n',
  })
  const environment = { OTHER_TOKEN: 'a-token-of-the-site' }
  const given = [
    '--no-builtin',
    '--param-env',
    'token=OTHER_TOKEN',
    '--runbooks',
    "the 'books'",
    '--checks',
    'my packs',
    '--env-dotenv',
    'site.env',
    '--input',
    'wanted=eu',
  ]
  const start = (more: readonly string[] = []): Promise<Ended> =>
    preflight(
      ['runbook', 'run', 'site/deploy', ...given, '--param', `place=${folder}`, '--state', 'a state', ...more],
      { cwd: folder, environment },
    )
  const plan = (more: readonly string[]): Promise<Ended> =>
    preflight(['runbook', 'plan', 'site/deploy', ...given, ...more], { cwd: folder, environment })
  /** Starts a printed command as it stands, in another folder. */
  const paste = (command: string, cwd = '/'): Promise<Ended> =>
    preflight(wordsOf(command), { cwd, environment: { ...environment, HOME: folder } })
  return { folder, start, plan, paste, log: () => readFileSync(join(folder, 'log'), 'utf8') }
}

/** The words that bash makes of a command line, without the program. */
function wordsOf(command: string): string[] {
  return execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(1, -1)
}

/** The printed command that starts like this. */
function printed(text: string, start: string): string {
  const found = new RegExp(`preflight runbook ${start}[^\`\\n]*`).exec(text)
  if (found === null) throw new Error(`no command ${start} in:\n${text}`)
  return found[0]
}

describe('the commands that a run prints as next', () => {
  it('work as they stand, from any folder', async () => {
    const { folder, start, paste, log } = site()
    const stopped = await start()
    expect(stopped.exitCode, stopped.stdout + stopped.stderr).toBe(20)

    const report = await paste(printed(stopped.stdout, 'render'))
    expect(report.stdout + report.stderr).toContain('a runbook that is told a lot')
    expect(report.exitCode).toBe(0)

    writeFileSync(join(folder, 'go'), '')
    const resumed = await paste(printed(stopped.stdout, 'resume'))
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).toBe(0)
    expect(log()).toBe('done a-token-of-the-site\n')

    const undone = await paste(printed(resumed.stdout, 'undo'))
    expect(undone.exitCode, undone.stdout + undone.stderr).toBe(21)
    expect(log()).toBe('undone a-token-of-the-site\n')
  })

  it('are those of status, of history and of verify too', async () => {
    const { folder, start, paste } = site()
    const stopped = await start()
    const history = await preflight(['runbook', 'history', '--state', 'a state'], { cwd: folder })
    const status = await paste(printed(history.stdout, 'status').replace('RUN', 'last'))
    expect(status.exitCode, status.stderr).toBe(0)
    expect(printed(status.stdout, 'resume')).toBe(printed(stopped.stdout, 'resume'))
    const verify = await preflight(['runbook', 'verify', 'last', '--state', 'a state'], { cwd: folder })
    expect(await paste(printed(verify.stdout, 'verify'))).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('name an input that may be a secret without its value, and so does the journal', async () => {
    const { folder, start } = site()
    const stopped = await start(['--input', `password=${secret}`])
    expect(printed(stopped.stdout, 'resume')).toMatch(/a state' --input site.password=…$/)
    const journal = execFileSync(
      'cat',
      [
        '--',
        ...execFileSync('find', [join(folder, 'a state'), '-name', 'journal.jsonl'], { encoding: 'utf8' })
          .trim()
          .split('\n'),
      ],
      { encoding: 'utf8' },
    )
    expect(journal).toContain('"name":"site.password"')
    expect(stopped.stdout + stopped.stderr + journal).not.toContain(secret)
  })

  it('ask for such an input by its name, with the words to type where no one can be asked', async () => {
    const { folder, start, paste } = site()
    const stopped = await start(['--input', `password=${secret}`])
    writeFileSync(join(folder, 'go'), '')
    const refused = await paste(printed(stopped.stdout, 'resume'))
    expect(refused).toMatchObject({ exitCode: 2 })
    expect(refused.stderr).toContain('the journal does not keep the value of site.password, which may be a secret')
    const resumed = await paste(printed(refused.stderr, 'resume').replace('VALUE', secret))
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).toBe(0)
    expect(resumed.stdout + resumed.stderr).not.toContain(secret)
  })

  it('say which variable a secret parameter is read from where it is not set', async () => {
    const { folder, start } = site()
    const stopped = await start()
    const command = printed(stopped.stdout, 'resume')
    const refused = await preflight(wordsOf(command), { cwd: '/', environment: { HOME: folder } })
    expect(refused).toMatchObject({ exitCode: 2 })
    expect(refused.stderr).toContain('the variable OTHER_TOKEN, from which token is read, is not set')
    expect(refused.stderr).toContain('set it, or give --param-env token=VARIABLE')
    writeFileSync(join(folder, 'go'), '')
    const resumed = await preflight(wordsOf(`${command} --param-env token=THIRD`), {
      cwd: '/',
      environment: { HOME: folder, THIRD: 'a-token-of-the-site' },
    })
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).toBe(0)
  })

  it('are short: the journal has the rest', async () => {
    const { folder, start } = site()
    const stopped = await start()
    expect(wordsOf(printed(stopped.stdout, 'resume'))).toEqual([
      'runbook',
      'resume',
      expect.stringMatching(/-deploy-/),
      '--state',
      join(folder, 'a state'),
    ])
  })

  it('are whole where a change has to be accepted', async () => {
    const { folder, start, paste } = site()
    const stopped = await start()
    writeFileSync(join(folder, 'go'), '')
    writeFileSync(join(folder, 'site.env'), 'REGION=eu\nMORE=1\n')
    const refused = await paste(printed(stopped.stdout, 'resume'))
    expect(refused.exitCode).toBe(26)
    const resumed = await paste(printed(refused.stderr, 'resume'))
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).toBe(0)
  })

  it('are whole where an approval is awaited', async () => {
    const key = signingKey(folderOf({}))
    const signers = signersFile(folderOf({}), ['grace@example.org', key])
    const { folder, start, paste } = site(`approve: { message: go on, signed: true, signers: ${signers} }`)
    const stopped = await start()
    expect(stopped.exitCode, stopped.stdout + stopped.stderr).toBe(23)
    const { message } = JSON.parse(
      (await preflight(['runbook', 'status', '--state', 'a state', '--format', 'json'], { cwd: folder })).stdout,
    ) as { readonly message: string }
    const agreed = join(folder, 'agreed')
    const made = await paste(printed(message, 'approve').replace('FILE', agreed).replace('KEY', key.path))
    expect(made.exitCode, made.stderr).toBe(0)
    const resumed = await paste(printed(message, 'resume').replace('FILE', agreed))
    expect(resumed.exitCode, resumed.stdout + resumed.stderr).toBe(0)
  })
})

describe('the command that a plan prints', () => {
  it.each([
    ['parameters of the command line', ['--param', 'place=.', '--param', "word=it's here"]],
    ['a file of parameters', ['--params', 'my parameters.yaml']],
    [
      'a parameter that replaces one of the file',
      ['--params', 'my parameters.yaml', '--param', 'word=another $(touch pwned)'],
    ],
  ])('starts exactly that as it stands: %s', async (_, parameters) => {
    const { folder, plan, paste, log } = site()
    writeFileSync(join(folder, 'my parameters.yaml'), `place: ${folder}\nword: of the file\n`)
    const planned = await plan(parameters)
    expect(planned.exitCode, planned.stderr).toBe(0)
    expect(planned.stdout).toContain(`To run exactly this, from ${folder}:\n`)
    writeFileSync(join(folder, 'go'), '')
    const ended = await paste(printed(planned.stdout, 'run'), folder)
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(0)
    expect(log()).toBe('done a-token-of-the-site\n')
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })

  it('names an input that may be a secret without its value', async () => {
    const { folder, plan } = site()
    const planned = await plan(['--param', `place=${folder}`, '--input', `password=${secret}`])
    expect(printed(planned.stdout, 'run')).toMatch(/ --input site.wanted=eu --input site.password=…$/)
    expect(planned.stdout + planned.stderr).not.toContain(secret)
  })
})
