import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, preflight, regionPack } from '../e2e/cli/preflight.js'
import { machineMessages } from './machine-messages.js'

const page = join(import.meta.dirname, 'messages.md')

const runbook = `title: restart the service
parameters: { port: { type: integer, description: the port } }
steps:
  - { id: note, title: note the port, manual: "the port is \${{ params.port }}" }
`

const folder = folderOf({
  'packs/site/a.yaml': regionPack,
  'books/orders/restart.yaml': runbook,
  'good.env': 'REGION=eu\n',
  'broken.env': 'REGION="eu\nOTHER=1\n',
  'twice.env': "A='1'x\n",
  'empty.yaml': '',
  'wrong.yaml': 'deploymnt: a\nprofile: 3\n',
  'two.yaml': 'deployment: a\ndeployment: b\n',
  'old.yaml': 'env-files: [good.env]\n',
  'inputs.yaml': 'inputs: { nothing: 1 }\n',
  'shared.yaml': 'inputs: { target_files: elsewhere, bus_url: "ws://a", arqonbus.bus_url: "ws://b" }\n',
  'absent.yaml': 'checks: [nowhere]\n',
  'selects.yaml': 'checks: [packs]\nselect: [site/b]\n',
  'notes.json': '{"a": 1}\n',
  'broken.json': '{"a": ',
  'bad/site/a.yaml': `stage: config
checks:
  one:
    title: one
    severity: high
    class: config
    env: { name: REGION }
    expect: [facts.valu == "eu"]
    fix: set it
  two:
    title: two
    severity: warning
    class: config
    env: REGION
    expect: []
    fix: set it
    timeout: 5
`,
  'empty/site/a.yaml': 'stage: config\nchecks: {}\n',
  'waivers.yaml': 'waivers: [{ check: site/a/regio, reason: a, owner: b, ticket: c, expires: 2020-01-01 }]\n',
})
mkdirSync(join(folder, 'a-folder'))
symlinkSync('nowhere', join(folder, 'dangling.env'))
writeFileSync(join(folder, 'closed.env'), 'A=1\n')
chmodSync(join(folder, 'closed.env'), 0)

/** Command lines that are wrong, by what is wrong with them. */
const wrong: Readonly<Record<string, readonly string[]>> = {
  'Commands and arguments': [
    'check',
    'status',
    'runbook stat',
    'zzz',
    'explain',
    'diff a.json',
    'selftest all',
    'init a b',
    'explain region',
    'run site/a/regio',
    'run /etc/bus.env',
    'completion tcsh',
    'new check one',
    'new check site/a/region --probe htp',
    'new runbook orders',
    'probe htp',
    'probe http',
    'probe http url',
    'probe tcp address=127.0.0.1 colour=red',
    'requirements site/b',
    'inputs site/b',
    'list --stage conf',
    'plan --no-builtin --checks packs site/b',
  ],
  Flags: [
    'run --nope',
    'run --concurency 4',
    'run --format',
    'run --format xml',
    'run --timeout 5',
    'run --timeout soon',
    'run --timeout 0s',
    'run --deadline 1s --deadline 2s',
    'run --concurrency 0',
    'run --concurrency 1000',
    'run --env-pid 0',
    'run --before-start --after-start',
    'run --verbose --quiet',
    'run --env-reader dotenv',
    'run --stage conf',
    'run --profile produktion',
    'run --report junit',
    'run --report junit=',
    'run --report xml=a.xml',
    'run --input port',
    'run --input nothing=1',
    'run --attest key.pem',
    'runbook undo last',
    'list --format xml',
  ],
  'The environment under test': [
    'run',
    'run --env-file missing.env',
    'run --env-file a-folder',
    'run --env-file dangling.env',
    'run --env-file broken.env',
    'run --env-file twice.env',
    'run --env-shell good.env',
    'run --env-pid 4194304',
    'run --env-pid-file missing.pid',
    'run --env-compose good.env',
    'run --env-k8s missing.yaml#bus',
    'snapshot',
    'redact',
    'exec -- true',
    'exec --env-file good.env',
    'exec --env-file good.env -- no-such-program',
  ],
  'The deployment file': [
    'run --config missing.yaml',
    'validate --config wrong.yaml',
    'validate --config two.yaml',
    'validate --config old.yaml',
    'validate --config inputs.yaml',
    'validate --config shared.yaml',
    'validate --config absent.yaml',
    'validate --config selects.yaml --no-builtin',
  ],
  Definitions: [
    'run --no-builtin --env-file good.env',
    'validate --no-builtin --checks nowhere',
    'validate --no-builtin --checks bad',
    'validate --no-builtin --checks empty',
    'run --no-builtin --checks packs --env-file good.env --stage gates',
    'run --no-builtin --checks packs --env-file good.env --min-checks 9',
    'run --no-builtin --checks packs --env-file good.env --waivers waivers.yaml',
    'run --no-builtin --checks packs --env-file good.env --failed',
  ],
  'Documents and outputs': [
    'report missing.json',
    'report notes.json',
    'report broken.json',
    'report a-folder',
    'run --env-file good.env --output good.env',
    'run --env-file good.env --output a-folder',
    'run --env-file good.env --output nowhere/result.json',
    'run --env-file good.env --report junit=a --report sarif=a',
    'history nothing',
    'incident show missing.tar.gz',
    'incident show last',
    'incident diff notes.json broken.json',
    'verify missing.att.json',
    'waiver add site/a/region',
    'waiver list',
    'waiver verify',
    'attest missing.json',
    'attest broken.json --key missing.pem',
    'keys fingerprint',
    'keys fingerprint notes.json',
    'lock --update',
    'redact --env-file good.env missing.log',
    'redact --env-file good.env a-folder',
    'run --env-file good.env --known-secrets missing.txt',
    'incident capture missing.json',
    'incident verify notes.json',
    'incident list last',
    'diff missing.json broken.json',
    'doctor site/a/regio',
  ],
  Runbooks: [
    'runbook plan orders/restat',
    'runbook plan orders/restart',
    'runbook plan orders/restart --param port=many',
    'runbook plan orders/restart --param prt=1',
    'runbook resume last',
    'runbook status nothing',
    'runbook undo 0 --reason x',
    'runbook practice orders/nothing',
    'runbook practice orders/restart --answers missing.yaml',
    'runbook run',
    'runbook run orders/restart --plan nothing',
    'runbook show orders/nothing',
    'runbook list --format xml',
    'runbook history orders/nothing',
    'runbook render orders/nothing',
    'runbook verify nothing',
    'runbook resolve nothing note --as done',
    'runbook resolve nothing note',
    'runbook approve nothing',
    'runbook due orders/nothing',
  ],
  Alerts: [
    'alerts nothing --no-builtin --checks packs',
    'alerts arqonbus',
    'alerts --no-builtin --checks packs --alerts nowhere',
    'alerts arqonbus --watch 1d',
    'alerts arqonbus --on-change ./page.sh',
    'alerts arqonbus --format yaml',
  ],
  'The sandbox': [
    'sandbox run --fault redis-pause',
    'sandbox run --backend x',
    'sandbox up --launcher x',
    'sandbox faults nothing',
  ],
}

/** The words of a command line, with the definitions of this folder where it names none itself. */
function withDefinitions(line: string): readonly string[] {
  const words = line.split(' ')
  const [command = '', ...rest] = words
  const isFixed = line.includes('--no-builtin') || line.includes('--config')
  if (isFixed || !['run', 'exec', 'runbook', 'explain'].includes(command)) return words
  const ownFiles = ['status', 'stat', 'verify', 'resolve', 'approve', 'history']
  if (command === 'runbook' && ownFiles.includes(rest[0] ?? '')) return words
  const definitions = ['--no-builtin', ...(command === 'runbook' ? ['--runbooks', 'books'] : ['--checks', 'packs'])]
  const end = words.indexOf('--')
  return end === -1 ? [...words, ...definitions] : [...words.slice(0, end), ...definitions, ...words.slice(end)]
}

/** The same on every machine and in every run. */
function settled(text: string): string {
  return text
    .replaceAll(folder, '/place')
    .replaceAll(/run [0-9a-f-]{36}/g, 'run ID')
    .trimEnd()
}

function entryOf(title: string, exitCode: number | null, stderr: string): string {
  expect(exitCode, `${title}\n${stderr}`).toSatisfy((code) => code !== 0 && code !== 70)
  return `### ${title}\n\nexit ${exitCode}\n\n\`\`\`text\n${settled(stderr)}\n\`\`\`\n`
}

it('what the program says of everything that is wrong reads well on one page (UPDATE_GOLDEN=1 writes it anew)', async () => {
  const sections: string[] = []
  for (const [heading, lines] of Object.entries(wrong)) {
    const entries: string[] = []
    for (const line of lines) {
      const { exitCode, stderr } = await preflight(withDefinitions(line), {
        cwd: folder,
        // What other tests keep is not there.
        environment: { XDG_STATE_HOME: join(folder, 'state') },
      })
      entries.push(entryOf(`\`${line}\``, exitCode, stderr))
    }
    sections.push(`## ${heading}\n\n${entries.join('\n')}`)
  }
  const ofMachine = machineMessages().map(({ title, exitCode, stderr }) => entryOf(title, exitCode, stderr))
  sections.push(`## The machine\n\n${ofMachine.join('\n')}`)
  const text = `# What is said of mistakes\n\nGenerated by test/golden/messages.test.ts.\n\n${sections.join('\n')}`
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, text)
  expect(text).toBe(readFileSync(page, 'utf8'))
})

it('has every command on that page', () => {
  const commands = readdirSync(join(import.meta.dirname, '../../commands'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length).replaceAll('/', ' '))
  const lines = Object.values(wrong).flat()
  expect(commands.filter((command) => !lines.some((line) => `${line} `.startsWith(`${command} `)))).toEqual([])
})
