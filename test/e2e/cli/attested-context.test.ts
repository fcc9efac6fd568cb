import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  verificationExitCode,
  verifyAttestation,
  type VerifyOptions,
} from '../../../src/attestation/verify-attestation.js'
import type { ExpectationOptions } from '../../../src/attestation/given-expectations.js'
import type { Statement } from '../../../src/attestation/statement/statement.js'
import { dateAhead, waiverNamespace } from '../../../src/checks/waivers/waiver.js'
import { sign, signersFile, signingKey } from '../../runbooks/actions/support/signing.js'
import { folderOf, preflight } from './preflight.js'

const secret = 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'
const pass = 'Wq3eR5tY7uI9oP2aS4dF6gH8'

const pack = `stage: config
variables:
  REGION: { exposure: public }
  TOKEN: { exposure: secret }
inputs:
  port: { type: integer, description: where the server listens }
  places: { type: list, description: where it may be, default: [eu, us] }
  pass: { type: string, description: a password, secret: true }
  code: { type: string, description: what a variable tells, default: "\${{ vars.TOKEN }}" }
checks:
  region: { title: the region is allowed, severity: blocker, class: config, env: { name: REGION }, expect: [{ that: facts.value in inputs.places }], fix: set it }
  server:
    title: the server listens
    severity: blocker
    class: config
    tcp: { address: "127.0.0.1:\${{ inputs.port }}" }
    expect: [{ that: facts.reached == "connect" && inputs.pass != "" && inputs.code != "" }]
    fix: start it
  wish: { title: the wish is there, severity: high, class: config, env: { name: WISH }, expect: [{ that: facts.set }], fix: set it }
`

const server = createServer((socket) => socket.end())
const keys = mkdtempSync(join(tmpdir(), 'preflight-keys-'))
afterAll(() => {
  server.close()
  rmSync(keys, { recursive: true, force: true })
})

let port = 0
let cwd = ''
let commit = ''
let address = ''
let statement: Statement
let signer: ReturnType<typeof signingKey>
const at = (name: string): string => join(cwd, name)
const start = (...args: readonly string[]) => preflight(args, { cwd })

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  address = `127.0.0.1:${port}`
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  signer = signingKey(keys)
  const waivers = `waivers:\n  - { check: site/a/wish, reason: agreed, owner: bus-team, ticket: OPS-1, profiles: [prod], expires: ${dateAhead(Date.now(), 40)} }\n`
  cwd = folderOf({
    'packs/site/a.yaml': pack,
    'preflight.yaml': `deployment: bus-eu\nchecks: [packs]\nenvironment: [prod.env]\nwaivers: { file: waivers.yaml, signers: signers }\ninputs: { port: ${port}, pass: ${pass} }\n`,
    'waivers.yaml': waivers,
    signers: readFileSync(signersFile(keys, ['release@example.org', signer]), 'utf8'),
    'prod.env': `REGION=eu\nTOKEN=${secret}\nSHORT=hunter\n`,
    '.gitignore': '*.pem\n*.pub\n*.json\n*.key\n*.env\n',
    'k.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'k.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  })
  chmodSync(at('k.pem'), 0o600)
  sign(at('waivers.yaml'), signer, waiverNamespace)
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', ...args],
      { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim()
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  commit = git('rev-parse', 'HEAD')
  for (const file of ['f.key', 'other.key'])
    expect(await start('keys', 'fingerprint', file)).toMatchObject({ exitCode: 0 })
  expect(await start('lock', '--no-builtin')).toMatchObject({ exitCode: 0 })
  git('add', '.')
  git('commit', '--quiet', '-m', 'lock')
  commit = git('rev-parse', 'HEAD')
  for (const more of [['a.json', '--output', 'r.json', '--fingerprint-key', 'f.key'], ['plain.json']]) {
    const { exitCode, stderr } = await start(
      'run',
      '--no-builtin',
      '--no-keep',
      '--attest',
      'k.pem',
      '--attestation',
      ...more,
    )
    expect(exitCode, stderr).toBe(0)
  }
  statement = statementIn('a.json')
})

function statementIn(file: string): Statement {
  const { payload } = JSON.parse(readFileSync(at(file), 'utf8')) as { payload: string }
  return JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as Statement
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

describe('the statement', () => {
  it('says what was judged', () => {
    const { configuration, preflightRun: run } = statement.predicate
    const digestOf = (name: string): string | undefined =>
      configuration.find((entry) => entry.name === name)?.digest.sha256
    expect(run).toMatchObject({
      deployment: 'bus-eu',
      profile: 'prod',
      selection: { selectors: [], stages: [], skipped: [] },
      lock: { state: 'locked', digest: sha256(readFileSync(at('preflight.lock'))) },
      waivers: [
        {
          check: 'site/a/wish',
          owner: 'bus-team',
          ticket: 'OPS-1',
          expires: dateAhead(Date.now(), 40),
          signer: { principal: 'release@example.org', key: expect.stringMatching(/^SHA256:/) as string },
        },
      ],
      context: {
        deploymentFile: sha256(readFileSync(at('preflight.yaml'))),
        waivers: { digest: sha256(readFileSync(at('waivers.yaml'))), file: 'waivers.yaml' },
        inputs: [
          { system: 'site', name: 'port', value: String(port), given: true },
          { system: 'site', name: 'places', value: ['eu', 'us'], given: false },
          { system: 'site', name: 'pass', value: null, given: true },
          { system: 'site', name: 'code', value: null, given: false },
        ],
        variables: [{ name: 'REGION', value: 'eu' }],
        addresses: [{ address, peers: [address], certificates: [] }],
        fingerprints: { keyId: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
      },
    })
    expect(run.context?.fingerprints?.variables.map(({ name }) => name)).toEqual(['REGION', 'SHORT', 'TOKEN'])
    expect(configuration.map(({ name }) => name)).toEqual([
      'definitions',
      'lock',
      'preflight',
      'deployment-file',
      'waivers',
      'inputs',
      'pack/site',
    ])
    expect([digestOf('deployment-file'), digestOf('preflight')]).toEqual([
      run.context?.deploymentFile,
      run.context?.tool,
    ])
  })

  it('names the tool by a digest that sha256sum computes too', () => {
    const list =
      'find bin/run.js dist checks runbooks package.json -type f ! -name preflight.cjs.map ! -name preflight-help.cache ! -name preflight-run.cache | LC_ALL=C sort | tr "\\n" "\\0" | xargs -0 sha256sum | sha256sum'
    expect(
      execFileSync('sh', ['-c', list], {
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
        encoding: 'utf8',
      }).split(' ')[0],
    ).toBe(statement.predicate.preflightRun.context?.tool)
  })

  it('is the same of a saved result', async () => {
    expect(await start('attest', 'r.json', '--key', 'k.pem', '--output', 'b.json')).toMatchObject({ exitCode: 0 })
    expect(statementIn('b.json')).toEqual(statement)
  })

  it('holds no value that is not public, in the result neither', () => {
    for (const text of [JSON.stringify(statement), readFileSync(at('r.json'), 'utf8')])
      for (const hidden of [secret, pass, 'hunter']) expect(text).not.toContain(hidden)
  })

  it('holds no fingerprint without a key', () => {
    expect(statementIn('plain.json').predicate.preflightRun.context).toMatchObject({
      fingerprints: null,
      variables: [{ name: 'REGION', value: 'eu' }],
    })
  })
})

const environment = (text: string) => {
  writeFileSync(at('deploy.env'), text)
  return { environment: { files: [at('deploy.env')], pid: undefined, inherit: false }, fingerprintKeyFile: at('f.key') }
}

type Change = Partial<VerifyOptions> & { readonly file?: string }

async function verify({ file = 'a.json', ...changed }: Change) {
  const lockDigest = statement.predicate.preflightRun.lock?.digest
  const verdict = await verifyAttestation(at(file), {
    keyFiles: [at('k.pub')],
    maxAge: 3_600_000,
    subjects: [],
    commit,
    profile: 'prod',
    lockFile: undefined,
    lockDigest,
    allowPart: false,
    allowDirty: false,
    ...changed,
  })
  return { exitCode: verificationExitCode(verdict), refusals: verdict.refusals, notCompared: verdict.notCompared }
}

const asJudged = () => ({
  ...environment(`# in another order\nTOKEN=${secret}\nSHORT=hunter\nREGION=eu\n`),
  deployment: 'bus-eu',
  inputs: [`port=${port}`, `site.pass=${pass}`, 'places=eu, us', `code=${secret}`],
  waiversSignedBy: ['release@example.org'],
  waiverSignersFile: at('signers'),
  addresses: [address],
})

it('what is about to be deployed is what was judged', async () => {
  expect(await verify({ expected: asJudged() })).toEqual({ exitCode: 0, refusals: [], notCompared: [] })
})

describe('between attestation and verify, a change is refused and named:', () => {
  it.each<[string, () => Change, number, string, RegExp]>([
    [
      'the commit',
      () => ({ commit: 'f'.repeat(40) }),
      3,
      'other-commit',
      /^it is about commit [0-9a-f]{40}; expected commit f{40}$/,
    ],
    ['the profile', () => ({ profile: 'staging' }), 3, 'other-profile', /with the profile prod; expected staging$/],
    ['the lock', () => ({ lockDigest: 'ab'.repeat(32) }), 3, 'other-lock', /another lock/],
    [
      'the deployment',
      () => ({ expected: { deployment: 'bus-us' } }),
      1,
      'other-deployment',
      /expected bus-us, attested bus-eu/,
    ],
    [
      'a public variable',
      () => ({ expected: environment(`REGION=us\nTOKEN=${secret}\nSHORT=hunter\n`) }),
      1,
      'other-environment',
      /differs: REGION \(expected "us", attested "eu"\)$/,
    ],
    [
      'a secret variable',
      () => ({ expected: environment(`REGION=eu\nTOKEN=${secret.slice(1)}\nSHORT=hunter\n`) }),
      1,
      'other-environment',
      /differs: TOKEN \(expected a value that is not shown, attested a value that is not shown\)$/,
    ],
    [
      'a variable that no pack declares',
      () => ({ expected: environment(`REGION=eu\nTOKEN=${secret}\nSHORT=hunger\n`) }),
      1,
      'other-environment',
      /differs: SHORT \(expected a value that is not shown, /,
    ],
    [
      'two values exchanged',
      () => ({ expected: environment(`REGION=eu\nTOKEN=hunter\nSHORT=${secret}\n`) }),
      1,
      'other-environment',
      /differs: SHORT .*, TOKEN /,
    ],
    [
      'a variable more',
      () => ({ expected: environment(`REGION=eu\nTOKEN=${secret}\nSHORT=hunter\nDEBUG=true\n`) }),
      1,
      'other-environment',
      /differs: DEBUG \(expected a value that is not shown, attested none\)$/,
    ],
    [
      'a variable less',
      () => ({ expected: environment(`REGION=eu\nTOKEN=${secret}\n`) }),
      1,
      'other-environment',
      /differs: SHORT \(expected none, attested a value that is not shown\)$/,
    ],
    [
      'a variable that is empty and was set',
      () => ({ expected: environment(`REGION=\nTOKEN=${secret}\nSHORT=hunter\n`) }),
      1,
      'other-environment',
      /differs: REGION \(expected "", attested "eu"\)$/,
    ],
    [
      'an input',
      () => ({ expected: { inputs: ['port=1'] } }),
      1,
      'other-inputs',
      new RegExp('port \\(expected "1", attested "\\d+"\\)'),
    ],
    [
      'an input that the pack gives by itself',
      () => ({ expected: { inputs: ['places=eu'] } }),
      1,
      'other-inputs',
      /places \(expected "eu", attested "eu,us"\)/,
    ],
    [
      'a secret input',
      () => ({ expected: { inputs: [`pass=${secret}`], fingerprintKeyFile: at('f.key') } }),
      1,
      'other-inputs',
      /pass \(neither value is shown\)/,
    ],
    [
      'an input that no judged check reads',
      () => ({ expected: { inputs: [`threshold=${pass}`] } }),
      1,
      'other-inputs',
      /threshold \(expected, but no judged check reads it\)/,
    ],
    [
      'that there is a waiver',
      () => ({ expected: { noWaivers: true } }),
      1,
      'other-waivers',
      /expected none, attested site\/a\/wish \(OPS-1, bus-team, until /,
    ],
    [
      'whose key signed the waiver',
      () => ({
        expected: {
          waiversSignedBy: ['release@example.org'],
          waiverSignersFile: signersFile(keys, ['release@example.org', signingKey(keys)]),
        },
      }),
      1,
      'other-waivers',
      /signed by release@example.org, attested site\/a\/wish .*signed by release@example.org SHA256:/,
    ],
    [
      'who may sign a waiver',
      () => ({ expected: { waiversSignedBy: ['boss@example.org'] } }),
      1,
      'other-waivers',
      /signed by boss@example.org, attested site\/a\/wish .*signed by release@example.org SHA256:/,
    ],
    [
      'a server',
      () => ({ expected: { addresses: ['redis.internal:6379'] } }),
      1,
      'other-addresses',
      /expected redis.internal:6379, attested 127\.0\.0\.1:\d+$/,
    ],
    [
      'one server of two',
      () => ({ expected: { addresses: [address, '127.0.0.1:1'] } }),
      1,
      'other-addresses',
      /expected 127\.0\.0\.1:1, attested/,
    ],
  ])('%s', async (_, change, exitCode, code, message) => {
    const ended = await verify(change())
    expect({ ...ended, refusals: ended.refusals.map((refusal) => refusal.code) }).toMatchObject({
      exitCode,
      refusals: [code],
    })
    expect(ended.refusals[0]?.message).toMatch(message)
    for (const hidden of [secret, pass, 'hunter', 'hunger']) expect(JSON.stringify(ended)).not.toContain(hidden)
  })
})

describe('what is expected and cannot be compared is not a go (exit 4):', () => {
  it.each<[string, () => Change, RegExp]>([
    [
      'the environment, under another key',
      () => ({ expected: { ...environment('REGION=eu\n'), fingerprintKeyFile: at('other.key') } }),
      /^environment: not compared, key [0-9a-f]{16} needed, found key [0-9a-f]{16}$/,
    ],
    [
      'the environment, without a key',
      () => ({ expected: { ...environment('REGION=eu\n'), fingerprintKeyFile: undefined } }),
      /^environment: not compared, key [0-9a-f]{16} needed$/,
    ],
    [
      'the environment, where the run made no fingerprints',
      () => ({ file: 'plain.json', expected: environment('REGION=eu\n') }),
      /^environment: not compared, the attestation holds no fingerprints/,
    ],
    [
      'who signed a waiver, by the name that the run chose',
      () => ({ expected: { waiversSignedBy: ['release@example.org'] } }),
      /^waivers: not compared, unknown whose key signed site\/a\/wish .*--waiver-signers FILE, --lock FILE/,
    ],
    [
      'a secret input, without the key',
      () => ({ expected: { inputs: [`pass=${pass}`] } }),
      /^inputs: not compared, pass is not readable: key [0-9a-f]{16} needed$/,
    ],
  ])('%s', async (_, change, message) => {
    const { exitCode, refusals, notCompared } = await verify(change())
    expect([exitCode, refusals]).toEqual([4, []])
    expect(notCompared.filter(({ isExpected }) => isExpected).map((each) => each.message)).toEqual([
      expect.stringMatching(message),
    ])
  })
})

describe('a policy', () => {
  const policy = (text: string): string => {
    writeFileSync(at('verify.yaml'), text)
    return at('verify.yaml')
  }

  it('demands what the command line would, and is kept', async () => {
    writeFileSync(at('policy.env'), `REGION=eu\nTOKEN=${secret}\nSHORT=hunter\n`)
    const text = `deployment: bus-eu\nenvironment: { files: [policy.env], fingerprint-key: f.key }\ninputs: { port: ${port}, places: [eu, us] }\nwaivers: { signed-by: [release@example.org], signers: signers }\naddresses: ["${address}"]\n`
    expect(await verify({ expected: { policyFile: policy(text) } })).toEqual({
      exitCode: 0,
      refusals: [],
      notCompared: [],
    })
  })

  it.each<[string, string, number, RegExp]>([
    ['another deployment', 'deployment: bus-us\n', 1, /expected bus-us/],
    ['no waivers', 'waivers: none\n', 1, /expected none/],
    ['another server', 'addresses: ["[::1]:6379"]\n', 1, /expected \[::1\]:6379/],
    ['an environment that is not given', 'environment: required\n', 4, /^environment: not compared, key/],
  ])('demands %s', async (_, text, exitCode, message) => {
    const ended = await verify({ expected: { policyFile: policy(text) } })
    expect(ended.exitCode).toBe(exitCode)
    expect(
      [...ended.refusals, ...ended.notCompared.filter(({ isExpected }) => isExpected)].map((each) => each.message),
    ).toEqual([expect.stringMatching(message)])
  })

  it.each<[string, string, () => ExpectationOptions, RegExp]>([
    [
      'the deployment',
      'deployment: bus-us\n',
      () => ({ deployment: 'bus-eu' }),
      /^--deployment says bus-eu, but the policy demands bus-us$/,
    ],
    [
      'the files of the environment',
      'environment: { files: [prod.env], fingerprint-key: f.key }\n',
      () => ({ environment: { files: ['judged.env'], pid: undefined, inherit: false } }),
      /names judged\.env, but the policy names .*\/prod\.env$/,
    ],
    [
      'the files by a reader',
      'environment: { files: [prod.env] }\n',
      () => ({ environment: { files: [{ dotenv: 'judged.env' }], pid: undefined, inherit: false } }),
      /names .*judged\.env, but the policy names .*\/prod\.env$/,
    ],
    [
      'the files by a process',
      'environment: { files: [prod.env] }\n',
      () => ({ environment: { files: [], pid: 1, inherit: false } }),
      /names process 1, but the policy names .*\/prod\.env$/,
    ],
    [
      'the fingerprint key',
      'environment: { files: [prod.env], fingerprint-key: f.key }\n',
      () => ({ fingerprintKeyFile: 'other.key' }),
      /^--fingerprint-key names other\.key, but the policy names .*\/f\.key$/,
    ],
    [
      'an input',
      'inputs: { port: 1 }\n',
      () => ({ inputs: [`port=${port}`] }),
      /^the command line gives another value for the input port, but the policy demands its own$/,
    ],
    [
      'who signs waivers',
      'waivers: { signed-by: [boss] }\n',
      () => ({ waiversSignedBy: ['release@example.org'] }),
      /^--waivers-signed-by names release@example\.org, but the policy names boss$/,
    ],
    [
      'that there are no waivers',
      'waivers: none\n',
      () => ({ waiversSignedBy: ['release@example.org'] }),
      /^--waivers-signed-by names release@example\.org, but the policy demands `waivers: none`$/,
    ],
    [
      'whose keys are whose',
      'waivers: { signed-by: [boss], signers: boss.signers }\n',
      () => ({ waiverSignersFile: 'signers' }),
      /^--waiver-signers names signers, but the policy names .*\/boss\.signers$/,
    ],
  ])('is not lowered by a flag: %s', async (_, text, expected, message) => {
    await expect(verify({ expected: { policyFile: policy(text), ...expected() } })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    })
  })

  it('takes a flag that says the same, and one that demands more', async () => {
    const text = `deployment: bus-eu\nenvironment: { files: [policy.env], fingerprint-key: f.key }\nwaivers: { signed-by: [release@example.org, boss], signers: signers }\n`
    writeFileSync(at('policy.env'), `REGION=eu\nTOKEN=${secret}\nSHORT=hunter\n`)
    const more = {
      deployment: 'bus-eu',
      fingerprintKeyFile: at('f.key'),
      waiversSignedBy: ['release@example.org'],
      waiverSignersFile: at('signers'),
      addresses: [address],
      inputs: [`port=${port}`],
    }
    expect(await verify({ expected: { policyFile: policy(text), ...more } })).toEqual({
      exitCode: 0,
      refusals: [],
      notCompared: [],
    })
    expect(await verify({ expected: { policyFile: policy(text), noWaivers: true } })).toMatchObject({ exitCode: 1 })
  })
})

describe('on the command line', () => {
  it('what is not compared is said, in words and in JSON', async () => {
    const ended = await start('verify', 'a.json', '--key', 'k.pub', '--commit', commit)
    expect(ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /VERIFIED\n(.*\n)*? {2}· environment: not compared, key [0-9a-f]{16} needed\n/,
      ) as string,
    })
    const json = await start(
      'verify',
      'a.json',
      '--key',
      'k.pub',
      '--commit',
      commit,
      '--format',
      'json',
      '--environment',
      'prod.env',
    )
    expect(json.exitCode).toBe(4)
    expect(JSON.parse(json.stdout)).toMatchObject({
      verified: false,
      refusals: [],
      notCompared: expect.arrayContaining([
        { what: 'environment', isExpected: true, message: expect.stringContaining('needed') as string },
      ]) as unknown,
    })
  })

  it('all of it holds', async () => {
    writeFileSync(at('inputs.yaml'), `port: ${port}\nplaces: [eu, us]\n`)
    const ended = await start(
      'verify',
      'a.json',
      '--key',
      'k.pub',
      '--commit',
      commit,
      '--deployment',
      'bus-eu',
      '--environment',
      'prod.env',
      '--fingerprint-key',
      'f.key',
      '--inputs',
      'inputs.yaml',
      '--waivers-signed-by',
      'release@example.org',
      '--waiver-signers',
      'signers',
      '--address',
      address,
    )
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ended.stdout).not.toContain('not compared')
  })

  it('a name counts under a demanded lock that gives it the key, and not without one', async () => {
    const signedBy = [
      'verify',
      'a.json',
      '--key',
      'k.pub',
      '--commit',
      commit,
      '--waivers-signed-by',
      'release@example.org',
    ]
    expect(await start(...signedBy, '--lock', 'preflight.lock')).toMatchObject({ exitCode: 0 })
    expect(await start(...signedBy)).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('unknown whose key signed') as string,
    })
    expect(await start(...signedBy, '--waiver-signers', 'missing')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('missing:1:1: error: the signers file') as string,
    })
  })

  it.each<[string, string, number, RegExp]>([
    ['no input', 'deployment: a\ninputs: {}\n', 3, /verify\.yaml:2:\d+: error: .*must name an input/],
    ['no address', 'deployment: a\naddresses: []\n', 3, /verify\.yaml:2:\d+: error/],
    ['no file of the environment', 'deployment: a\nenvironment: { files: [] }\n', 3, /verify\.yaml:2:\d+: error/],
    [
      'a second document',
      'deployment: a\n---\ndeployment: b\n',
      3,
      /verify\.yaml:\d:1: error: the file must hold one YAML document/,
    ],
    ['an unknown key', 'deploymnt: x\n', 3, /verify\.yaml:1:1: error: .*deploymnt/],
    ['nothing', '{}\n', 3, /verify\.yaml:1:1: error: .*must contain at least one requirement/],
    ['an address without a port', 'addresses: [redis]\n', 3, /verify\.yaml:1:\d+: error: .*HOST:PORT/],
    ['a key twice', 'deployment: a\ndeployment: b\n', 3, /verify\.yaml:2:1: error/],
    ['an empty list of signers', 'waivers: { signed-by: [] }\n', 3, /verify\.yaml:1:/],
  ])('a policy with %s is refused with its place', async (_, text, exitCode, message) => {
    writeFileSync(at('verify.yaml'), text)
    const ended = await start('verify', 'a.json', '--key', 'k.pub', '--commit', commit, '--policy', 'verify.yaml')
    expect([ended.exitCode, ended.stdout]).toEqual([exitCode, ''])
    expect(ended.stderr).toMatch(message)
  })

  it('a fingerprint key is made once, for its owner only', async () => {
    expect(statSync(at('f.key'))).toMatchObject({ size: 32, mode: 0o100600 })
    const before = readFileSync(at('f.key'))
    expect(await start('keys', 'fingerprint', 'f.key')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('already exists') as string,
    })
    expect(await start('keys', 'fingerprint', 'none/f.key')).toMatchObject({ exitCode: 74 })
    expect(readFileSync(at('f.key'))).toEqual(before)
  })

  it('a run takes no signing key for its fingerprints, and leaves no green file', async () => {
    const ended = await start(
      'run',
      '--no-builtin',
      '--no-keep',
      '--attest',
      'k.pem',
      '--attestation',
      'c.json',
      '--output',
      'c-result.json',
      '--fingerprint-key',
      'k.pem',
    )
    expect(ended).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('a signing key must not also be a fingerprint key') as string,
    })
    expect(JSON.parse(readFileSync(at('c-result.json'), 'utf8'))).toMatchObject({ state: 'incomplete' })
  })
})
