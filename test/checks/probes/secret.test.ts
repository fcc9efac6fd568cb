import { execFileSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/secret.js'
import { asNobody } from '../../as-nobody.js'
import { observe, type Surroundings } from './observe.js'

const strong = () => randomBytes(48).toString('base64')
const variables: NonNullable<Surroundings['variables']> = {
  TOKEN_SECRET: { exposure: 'secret' },
  TRIMMED_SECRET: { reads: ['python-trim'], exposure: 'secret' },
  STORE_PASSWORD: { exposure: 'secret' },
  STORE_URL: { reads: ['url'], schemes: ['redis'], exposure: 'dsn' },
  BUS_URL: { reads: ['url'], schemes: ['nats', ''], exposure: 'dsn' },
}
type Input = Parameters<typeof observe<typeof probe.input, typeof probe.facts>>[1]
const see = (input: Input, environment: Record<string, string>, more: Surroundings = {}) =>
  observe(probe, input, { environment, variables, ...more })
const judge = (secret: string, input: Partial<Input> = {}, more: Surroundings = {}) =>
  see(
    { name: 'TOKEN_SECRET', ...input },
    { TOKEN_SECRET: secret, ...more.environment },
    { ...more, environment: { TOKEN_SECRET: secret, ...more.environment } },
  )

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'secret-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the strength of a variable', () => {
  it('that is good has nothing against it', async () => {
    expect(await judge(strong())).toMatchObject({
      set: true,
      empty: false,
      bytes: '>=64',
      bytesAtLeast: 64,
      bits: '>=160',
      bitsAtLeast: 160,
      reasons: [],
      explanation: '',
      humanShaped: false,
      known: false,
      sameAs: [],
      inRepository: [],
    })
    expect(await judge(randomUUID())).toMatchObject({
      bytesAtLeast: 32,
      bits: '112-159',
      bitsAtLeast: 112,
      reasons: [],
    })
  })

  it('that is weak has reasons, in words and in codes', async () => {
    const facts = await judge('change-me-to-something-long-and-secret')
    expect(facts.reasons).toContain('placeholder')
    expect(facts.explanation).toContain('the wording of a placeholder')
    expect(await judge('x')).toMatchObject({ bytes: '<32', bytesAtLeast: 0, bits: '<40', bitsAtLeast: 0 })
  })

  it('is recognised by the reading that gave it away', async () => {
    const facts = await judge(Buffer.from('change-me-to-something-long-and-secret').toString('base64'))
    expect(facts).toMatchObject({ layer: 'base64' })
    expect(facts.explanation).toMatch(
      /^contains the wording of a placeholder or an example \(when it is read as base64\)$/,
    )
  })

  it('that is unset or empty is neither judged nor good', async () => {
    expect(await see({ name: 'TOKEN_SECRET' }, {})).toMatchObject({
      set: false,
      empty: false,
      bitsAtLeast: 0,
      bytesAtLeast: 0,
      fingerprint: '',
    })
    expect(await judge('')).toMatchObject({
      set: true,
      empty: true,
      bitsAtLeast: 0,
      fingerprint: '',
      reasons: expect.arrayContaining(['empty']) as string[],
    })
    expect(await judge(' \n')).toMatchObject({ set: true, empty: true })
  })

  it('is that of what the target uses: trimmed where it trims', async () => {
    const secret = strong()
    expect(await see({ name: 'TRIMMED_SECRET' }, { TRIMMED_SECRET: `${secret}\n` })).toMatchObject({ reasons: [] })
    expect((await judge(`${secret}\n`)).reasons).toContain('surrounding-newlines')
  })

  it('is shown with what is around it, where the target uses that too', async () => {
    const secret = strong()
    expect(await judge(secret)).toMatchObject({ surroundedBy: 'nothing' })
    expect(await judge(`${secret} `)).toMatchObject({ surroundedBy: 'blanks', reasons: [] })
    expect(await judge(` \r\n${secret}`)).toMatchObject({ surroundedBy: 'newlines' })
    expect(await see({ name: 'TRIMMED_SECRET' }, { TRIMMED_SECRET: `${secret}\n` })).toMatchObject({
      surroundedBy: 'nothing',
    })
  })

  it('can be asked of a value that is not a variable, and for a longer hash', async () => {
    expect(await observe(probe, { value: strong() })).toMatchObject({ set: true, bits: '>=160' })
    expect((await observe(probe, { value: randomBytes(16).toString('hex'), 'minimum-bytes': 48 })).reasons).toEqual([
      'too-short',
    ])
  })

  it("knows the deployment's own words", async () => {
    const composed = 'kraklow-ledger-kraklow-zibble-ledger'
    const [without, withWords] = [
      await judge(composed),
      await judge(composed, { 'site-words': ['kraklow', 'ledger', 'zibble'] }),
    ]
    expect(withWords.bitsAtLeast).toBeLessThan(without.bitsAtLeast)
    const fromUrls = await judge(
      composed,
      {},
      { environment: { STORE_URL: 'redis://zibble:pw@kraklow.internal/ledger' } },
    )
    expect(fromUrls.bitsAtLeast).toBe(withWords.bitsAtLeast)
  })

  it('shows nothing of it', async () => {
    for (const secret of [
      strong(),
      'hunter2-hunter2-hunter2-hunter2-hunter2',
      'redis://u:hunter2@h',
      `"${strong()}"`,
    ]) {
      const shown = JSON.stringify(await judge(secret, { unlike: ['STORE_PASSWORD'] }))
      for (let at = 0; at + 6 <= secret.length; at += 1) expect(shown).not.toContain(secret.slice(at, at + 6))
    }
  })

  it('has a fingerprint that is the same for the same value only, and no digest of it', async () => {
    const secret = strong()
    const [one, same, other] = [await judge(secret), await judge(secret), await judge(strong())]
    expect(one.fingerprint).toMatch(/^[0-9a-f]{12}$/)
    expect(same.fingerprint).toBe(one.fingerprint)
    expect(other.fingerprint).not.toBe(one.fingerprint)
  })
})

describe('a secret that is not its own', () => {
  it('is refused when it is a password of the deployment, in any notation', async () => {
    const secret = randomBytes(32).toString('hex')
    const shared = await judge(secret, {}, { environment: { STORE_URL: `redis://u:${secret}@h` } })
    expect(shared).toMatchObject({ reasons: ['equals-other-value'], sameAs: ['STORE_URL'] })
    const undeclared = await judge(secret, {}, { environment: { ANOTHER: `https://u:${secret}@h/` } })
    expect(undeclared).toMatchObject({ reasons: ['equals-other-value'], sameAs: ['ANOTHER'] })
    const named = await judge(secret, {}, { environment: { ANOTHER_PASSWORD: secret } })
    expect(named).toMatchObject({ reasons: ['equals-other-value'], sameAs: ['ANOTHER_PASSWORD'] })
    const encoded = await judge(
      secret,
      {},
      { environment: { STORE_PASSWORD: Buffer.from(secret, 'hex').toString('base64') } },
    )
    expect(encoded).toMatchObject({ reasons: ['equals-other-value'], sameAs: ['STORE_PASSWORD'] })
  })

  it("is only reported when it is another service's, and only where the check asks", async () => {
    const secret = strong()
    const environment = { OTHER_SERVICE_SECRET: secret }
    expect(await judge(secret, {}, { environment })).toMatchObject({ reasons: [], sameAs: [] })
    expect(await judge(secret, { unlike: ['OTHER_SERVICE_SECRET', 'STORE_PASSWORD'] }, { environment })).toMatchObject({
      reasons: [],
      sameAs: ['OTHER_SERVICE_SECRET'],
    })
    expect(await judge(secret, { unlike: ['TOKEN_SECRET'] })).toMatchObject({ reasons: [], sameAs: [] })
  })
})

describe('a list of known secrets', () => {
  const list = async (lines: Iterable<string>) => {
    const file = join(folder, `list-${randomUUID()}`)
    await writeFile(file, [...lines].join('\n'))
    return file
  }
  const others = Array.from(
    { length: 120_000 },
    (_, index) => `${index.toString(36)}-${randomBytes(12).toString('hex')}`,
  )

  it('is searched to its last line, which need not end', async () => {
    const secret = strong()
    expect(await judge(secret, {}, { knownSecretsFile: await list([...others, secret]) })).toMatchObject({
      known: true,
      reasons: ['known-to-operator'],
    })
    expect(await judge(secret, {}, { knownSecretsFile: await list(others) })).toMatchObject({
      known: false,
      reasons: [],
    })
  })

  it('may have any line ends, blank lines, and lines that never end', async () => {
    const secret = strong()
    expect(
      await judge(
        secret,
        {},
        { knownSecretsFile: await list(['', '  ', 'x'.repeat(3_000_000), `${secret}\r`, 'other']) },
      ),
    ).toMatchObject({ known: true })
    expect(await judge(secret, {}, { knownSecretsFile: await list(['', '\r', 'x'.repeat(3_000_000)]) })).toMatchObject({
      known: false,
    })
  })

  it('that cannot be read is an error, not a list without a hit', async () => {
    await expect(judge(strong(), {}, { knownSecretsFile: join(folder, 'missing') })).rejects.toThrow(
      'the file of known secrets cannot be read (ENOENT)',
    )
    await expect(judge(strong(), {}, { knownSecretsFile: folder })).rejects.toThrow('(EISDIR)')
  })

  it('is left when the time is up', async () => {
    await expect(
      judge(strong(), {}, { knownSecretsFile: await list(others), signal: AbortSignal.abort() }),
    ).rejects.toThrow()
  })
})

describe('a repository', () => {
  const secret = `${randomBytes(24).toString('base64')}+/"é`
  let repository: string
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, stdio: 'pipe' })

  beforeAll(async () => {
    repository = join(folder, 'repository')
    await mkdir(repository)
    git('init', '--quiet')
    await writeFile(join(repository, 'clean.txt'), 'nothing here\n')
    await writeFile(join(repository, 'untracked.env'), `S=${secret}\n`)
    await writeFile(join(folder, 'outside'), secret)
    await symlink(join(folder, 'outside'), join(repository, 'link'))
    git('add', 'clean.txt', 'link')
  })

  it('that does not track it is not a reason', async () => {
    expect(await judge(secret, { repository })).toMatchObject({
      inRepository: [],
      filesSearched: 1,
      searchComplete: true,
      reasons: [],
    })
  })

  it.each([
    ['literally', (text: string) => `S=${text}\n`],
    ['in base64, inside something longer', (text: string) => Buffer.from(`A=1\nS=${text}\n`).toString('base64')],
    ['in hexadecimal', (text: string) => Buffer.from(text).toString('hex').toUpperCase()],
    ['in JSON', (text: string) => JSON.stringify({ s: text })],
    ['in a file of bytes', (text: string) => `\0\xFF${text}\0`],
  ])('that tracks it %s is', async (_, written) => {
    const name = `deep/${randomUUID()} ż\n.cfg`
    await mkdir(join(repository, 'deep'), { recursive: true })
    await writeFile(join(repository, name), written(secret))
    git('add', name)
    expect(await judge(secret, { repository })).toMatchObject({
      inRepository: [name],
      filesSearched: 2,
      searchComplete: true,
      reasons: ['in-repository'],
    })
    git('rm', '--quiet', '--force', name)
  })

  it('says when it could not look everywhere', async () => {
    await writeFile(join(repository, 'large'), '')
    git('add', 'large')
    await truncate(join(repository, 'large'), 17 * 1024 * 1024)
    expect(await judge(secret, { repository })).toMatchObject({ inRepository: [], searchComplete: false })
    await truncate(join(repository, 'large'), 0)
    await chmod(join(repository, 'large'), 0)
    await chmod(folder, 0o755)
    expect(await asNobody(() => judge(secret, { repository }))).toMatchObject({ searchComplete: false })
    git('rm', '--quiet', '--cached', 'large')
    await unlink(join(repository, 'large'))
  })

  it('may name no program that the search would run', async () => {
    await writeFile(join(repository, 'hook'), `#!/bin/sh\ntouch '${join(folder, 'ran')}'\n`)
    await chmod(join(repository, 'hook'), 0o755)
    git('config', 'core.fsmonitor', join(repository, 'hook'))
    expect(await judge(secret, { repository })).toMatchObject({ searchComplete: true })
    const { exists } = await import('../../../src/checks/probes/file.js').then(({ probe: file }) =>
      observe(file, { path: join(folder, 'ran') }),
    )
    expect(exists).toBe(false)
    git('config', '--unset', 'core.fsmonitor')
  })

  it('that is none is an error, not one without a finding', async () => {
    await mkdir(join(folder, 'no-repository'), { recursive: true })
    await expect(judge(secret, { repository: join(folder, 'no-repository') })).rejects.toThrow(/is not a git checkout/)
    await expect(judge(secret, { repository: join(folder, 'nowhere') })).rejects.toThrow(/is not a git checkout/)
  })

  it('is left when the time is up', async () => {
    await expect(judge(secret, { repository }, { signal: AbortSignal.abort() })).rejects.toThrow()
  })
})

describe('the passwords of datastores', () => {
  const weak = async (value: string, name = 'STORE_URL') =>
    (await see({ 'dsn-passwords': [name] }, { [name]: value })).weakPasswords

  it.each([
    ['redis://:changeme@h', 'is a known default'],
    ['redis://:Redis123!@h', 'is a known default'],
    ['redis://:12345678@h', 'is a known default'],
    ['postgres://app:mysecretpassword@h/db', 'is a known default'],
    ['postgres://invoices:Invoices@h/db', "is the user's name"],
    ['postgres://app:invoices@h/invoices', "is the database's name"],
    ['postgres://app:ledger@ledger/invoices', "is the host's name"],
    ['redis://:store@h', 'is a word of this deployment'],
    ['redis://:your-redis-password@h', 'has the wording of a placeholder'],
    ['redis://:$%7BREDIS_PASSWORD%7D@h', 'is an unresolved reference'],
    ['redis://:a8Xk2@h', 'has fewer than 8 characters'],
    ['redis://:aaaaaaaaaaaa@h', 'is easy to guess'],
    ['redis://h/0?password=change%6De', 'is a known default'],
  ])('%s', async (url, reason) => {
    expect(await weak(url)).toEqual([`STORE_URL: the password ${reason}`])
  })

  it('pass when they were generated', async () => {
    for (let time = 0; time < 200; time += 1)
      expect(await weak(`redis://u:${encodeURIComponent(randomBytes(12).toString('base64'))}@store/0`)).toEqual([])
    expect(await weak(randomBytes(12).toString('hex'), 'STORE_PASSWORD')).toEqual([])
  })

  it('may be in a variable of their own', async () => {
    expect(await weak('hunter2', 'STORE_PASSWORD')).toHaveLength(1)
    expect(await weak('changeme', 'UNDECLARED')).toEqual(['UNDECLARED: the password is a known default'])
    expect(await weak('redis://:changeme@h', 'UNDECLARED')).toEqual(['UNDECLARED: the password is a known default'])
  })

  it('are distinguished from none and from a URL that cannot be read', async () => {
    const environment = {
      STORE_URL: 'redis://h',
      BUS_URL: 'nats.internal:4222',
      STORE_PASSWORD: '',
      OTHER: 'redis://u:p/w@h',
    }
    expect(
      await see({ 'dsn-passwords': ['STORE_URL', 'BUS_URL', 'STORE_PASSWORD', 'OTHER', 'UNSET'] }, environment),
    ).toMatchObject({
      set: true,
      weakPasswords: [],
      withoutPassword: ['STORE_URL', 'BUS_URL'],
      unreadable: ['OTHER'],
    })
    expect(await see({ 'dsn-passwords': ['STORE_URL'] }, { STORE_URL: 'store' })).toMatchObject({
      unreadable: ['STORE_URL'],
    })
    expect(await see({ 'dsn-passwords': ['STORE_URL'] }, {})).toMatchObject({ set: false, weakPasswords: [] })
  })

  it('are judged whatever the driver would look for in a home', async () => {
    const declared = {
      variables: {
        LEDGER_URL: { reads: ['url' as const], driver: 'asyncpg', schemes: ['postgresql'], exposure: 'dsn' as const },
      },
    }
    const { weakPasswords } = await see(
      { 'dsn-passwords': ['LEDGER_URL'] },
      { LEDGER_URL: 'postgresql://app:changeme@h/db?sslmode=verify-full' },
      declared,
    )
    expect(weakPasswords).toEqual([expect.stringContaining('is a known default')])
  })
})

it.each([
  [{}],
  [{ name: 'A', value: 'x' }],
  [{ name: 'A', 'dsn-passwords': ['B'] }],
  [{ 'dsn-passwords': [] }],
  [{ name: 'A', 'minimum-bytes': 0 }],
  [{ name: 'A', unlike: 'B' }],
  [{ name: 'A', minimumBytes: 1 }],
])('refuses the input %j', (input) => {
  expect(probe.input.safeParse(input).success).toBe(false)
})

describe('a list of secrets', () => {
  const good = () => randomBytes(36).toString('base64url')
  const users = { separator: ',', after: ':' }

  it('is as weak as its weakest, which is named by its place alone', async () => {
    const list = [`ann:${good()}`, 'bob:correct horse', `cyd:${good()}`].join(',')
    const facts = await judge(list, { each: users })
    expect(facts).toMatchObject({ set: true, elements: 3, bytesAtLeast: 0, humanShaped: true })
    expect(facts.weakElements).toHaveLength(1)
    expect(facts.weakElements[0]).toMatch(/^secret 2 has fewer than 32 bytes/)
    expect(facts.reasons).toContain('too-short')
    expect(JSON.stringify(facts)).not.toMatch(/bob|horse|ann|cyd/)
  })

  it('is good when each of them is', async () => {
    const facts = await judge([`ann:${good()}`, `bob:${good()}:${good()}`].join(','), { each: users })
    expect(facts).toMatchObject({ elements: 2, weakElements: [], reasons: [], bytesAtLeast: 48, known: false })
    expect(facts.bitsAtLeast).toBeGreaterThanOrEqual(112)
  })

  it('is not read as one secret: two short ones stay short', async () => {
    const list = `${randomBytes(15).toString('base64url')},${randomBytes(15).toString('base64url')}`
    expect(await judge(list)).toMatchObject({ bytesAtLeast: 32 })
    expect(await judge(list, { each: { separator: ',' } })).toMatchObject({ elements: 2, bytesAtLeast: 0 })
  })

  it.each([
    ['a separator at its end', (key: string) => `${key},`, { separator: ',' }, 'secret 2 '],
    ['nothing before a secret', () => 'ann', users, 'secret 1 has no ":" before it'],
    ['a name without a secret', (key: string) => `ann:,bob:${key}`, users, 'secret 1 '],
  ])('has a weak one with %s', async (_what, listOf, each, words) => {
    const { weakElements, reasons } = await judge(listOf(good()), { each })
    expect(weakElements.filter((text) => text.startsWith(words))).toHaveLength(1)
    expect(reasons).not.toEqual([])
  })

  it('withholds what is said of one secret', async () => {
    const withheld: string[] = []
    await judge(
      good(),
      { each: { separator: ',' } },
      { withhold: (facts) => void withheld.push(...Object.keys(facts)) },
    )
    expect(withheld).toEqual(['explanation', 'surroundedBy', 'layer'])
  })

  it('is not asked of datastore passwords', () => {
    expect(probe.input.safeParse({ 'dsn-passwords': ['STORE_URL'], each: { separator: ',' } }).success).toBe(false)
  })
})

describe('values that everybody knows', () => {
  const known = randomBytes(48).toString('base64')

  it.each([
    ['as it is', known],
    ['with blanks around it', ` ${known}\n`],
    ['encoded once more', Buffer.from(known).toString('base64')],
  ])('are refused %s', async (_what, value) => {
    expect((await judge(value)).reasons).not.toContain('published-key')
    expect((await judge(value, { forbidden: [known] })).reasons).toContain('published-key')
  })

  it('are no reason against another', async () => {
    expect((await judge(strong(), { forbidden: [known] })).reasons).toEqual([])
  })

  it('are found in a list', async () => {
    const { weakElements } = await judge(`${strong()};${known}`, { each: { separator: ';' }, forbidden: [known] })
    expect(weakElements).toEqual(['secret 2 is published in documentation, a standard or a tutorial'])
  })
})
