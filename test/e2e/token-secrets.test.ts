import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { folderOf, preflight } from './cli/preflight.js'

const strong = randomBytes(48).toString('base64')

/** Both token secrets, written as a manifest has them, where a value may have line ends. */
const pod = (secret: string): string =>
  JSON.stringify({
    kind: 'Pod',
    metadata: { name: 'edge' },
    spec: {
      containers: [
        { name: 'main', env: ['JWT_SECRET', 'ARQONBUS_AUTH_JWT_SECRET'].map((name) => ({ name, value: secret })) },
      ],
    },
  })

async function judged(secret: string): Promise<Readonly<Record<string, string>>> {
  const folder = folderOf({ 'pod.yaml': pod(secret) })
  const selected = [
    'shield/config/jwt-secret-set',
    'shield/secrets/jwt-secret',
    'shield/secrets/jwt-secret-blanks',
    'arqonbus/secrets/jwt-secret',
    'arqonbus/secrets/jwt-secret-blanks',
  ]
  const { stdout, stderr } = await preflight(
    ['run', '--no-keep', '--format', 'json', '--env-k8s', 'pod.yaml#edge', ...selected],
    { cwd: folder },
  )
  expect(`${stdout}${stderr}`).not.toContain(strong)
  return Object.fromEntries((JSON.parse(stdout) as ResultDocument).checks.map(({ id, status }) => [id, status]))
}

describe('a token secret is judged as the services use it, untrimmed', () => {
  it.each([
    ['nothing', strong, 'pass', 'pass'],
    ['a blank', `${strong} `, 'pass', 'warn'],
    ['a tabulator', `\t${strong}`, 'pass', 'warn'],
    ['a line end', `${strong}\n`, 'fail', 'not-applicable'],
  ])('with %s around it', async (_, secret, strength, blanks) => {
    expect(await judged(secret)).toEqual({
      'shield/config/jwt-secret-set': 'pass',
      'shield/secrets/jwt-secret': strength,
      'shield/secrets/jwt-secret-blanks': blanks,
      'arqonbus/secrets/jwt-secret': strength,
      'arqonbus/secrets/jwt-secret-blanks': blanks,
    })
  })

  it('made of nothing but blanks is none for Shield', async () => {
    expect(await judged(' \n ')).toMatchObject({
      'shield/config/jwt-secret-set': 'fail',
      'shield/secrets/jwt-secret': 'blocked',
    })
  })
})

describe('what is wrong with a token secret is said once, in one sentence', () => {
  // Not hex: read as that, it would be even shorter.
  const twelve = `z${randomBytes(6).toString('hex').slice(1)}`

  it.each([
    ['short', twelve, 'it has fewer than 32 bytes'],
    [
      'short and a placeholder',
      'your-secret-key-here',
      'it has fewer than 32 bytes, and contains the wording of a placeholder or an example',
    ],
    ['a placeholder', `change-me-${strong}`, 'it contains the wording of a placeholder or an example'],
    ['repeated', twelve.repeat(4), 'it repeats itself or has too few different characters'],
    [
      'published',
      'your-256-bit-secret',
      'it has fewer than 32 bytes, contains the wording of a placeholder or an example, and is published in documentation, a standard or a tutorial',
    ],
    [
      'with a line end',
      `${strong}\n`,
      'it has line ends before or after it, which some services strip and others do not',
    ],
    [
      'short, with a line end',
      `${twelve}\n`,
      'it has fewer than 32 bytes, and has line ends before or after it, which some services strip and others do not (when it is read as trimmed)',
    ],
  ])('%s', async (_, secret, said) => {
    const folder = folderOf({ 'pod.yaml': pod(secret).replace('ARQONBUS_AUTH_JWT_SECRET', 'OTHER') })
    const { stdout } = await preflight(
      [
        'run',
        '--no-keep',
        '--format',
        'json',
        '--env-k8s',
        'pod.yaml#edge',
        'shield/config/jwt-secret-set',
        'shield/secrets',
      ],
      { cwd: folder },
    )
    const { checks } = JSON.parse(stdout) as ResultDocument
    expect(checks.filter(({ status }) => !['pass', 'not-applicable'].includes(status))).toMatchObject([
      { id: 'shield/secrets/jwt-secret', status: 'fail', message: expect.stringMatching(/^JWT_SECRET is weak: /) },
    ])
    expect(checks.find(({ id }) => id === 'shield/secrets/jwt-secret')?.message).toBe(`JWT_SECRET is weak: ${said}`)
  })
})
