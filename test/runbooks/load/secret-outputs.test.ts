import { describe, expect, it } from 'vitest'
import { load } from './books.js'

const login = `title: t
parameters:
  password: { type: secret, description: x }
steps:
  - id: login
    http: { url: "http://localhost/login", method: POST, form: { user: ada, password: "\${{ params.password }}" } }
    effect: idempotent
    capture: { token: { type: secret, value: facts.json.access_token } }
`

const inner = `title: inner
parameters:
  given: { type: secret, description: x }
steps:
  - id: a
    run: { argv: [env], environment: { T: "\${{ params.given }}" } }
    effect: read
`

/** The problems of a runbook in which a step follows the login. */
async function problemsAfterLogin(step: string): Promise<readonly string[]> {
  const { diagnostics } = await load({ 'arq/inner.yaml': inner, 'arq/one.yaml': login + step })
  return diagnostics.map(({ position, code, message }) => `${position.line} ${code}: ${message}`)
}

describe('a secret output', () => {
  it.each([
    [
      'a header',
      'http: { url: "http://localhost/", method: GET, headers: { authorization: "Bearer ${{ outputs.token }}" } }',
    ],
    [
      'a JSON body',
      'http: { url: "http://localhost/", method: POST, json: { deep: [{ token: "${{ outputs.token }}" }] } }',
    ],
    ['a form', 'http: { url: "http://localhost/", method: POST, form: { token: "${{ outputs.token }}" } }'],
    ['a body', 'http: { url: "http://localhost/", method: POST, body: "${{ outputs.token }}" }'],
    ['a variable', 'run: { argv: [env], environment: { TOKEN: "${{ outputs.token }}" } }'],
    ['an input', 'run: { argv: [cat], input: "${{ outputs.token }}" }'],
    ['a header of a message', 'nats: { url: "nats://localhost", subject: a, headers: { t: "${{ outputs.token }}" } }'],
    [
      'the probe of a wait',
      'wait: { every: 1s, http: { url: "http://localhost/", headers: { t: "${{ outputs.token }}" } } }\n    expect: [facts.status == 200]',
    ],
  ])('may be in %s', async (_, call) => {
    const effect = call.startsWith('wait') ? '' : '\n    effect: idempotent'
    expect(await problemsAfterLogin(`  - id: use\n    ${call}${effect}\n`)).toEqual([])
  })

  it.each([
    ['run: [curl, "${{ outputs.token }}"]\n    effect: read', 'run[1]'],
    ['run: { argv: [curl, "${{ outputs.token }}"] }\n    effect: read', 'run.argv[1]'],
    ['run: { shell: env, arguments: ["${{ outputs.token }}"] }\n    effect: read', 'run.arguments[0]'],
    ['run: { argv: [env], cwd: "${{ outputs.token }}" }\n    effect: read', 'run.cwd'],
    ['http: { url: "http://localhost/${{ outputs.token }}", method: GET }\n    effect: read', 'http.url'],
    [
      'http: { url: "http://localhost/", method: GET, query: { t: "${{ outputs.token }}" } }\n    effect: read',
      'http.query.t',
    ],
    ['redis: { url: "redis://:${{ outputs.token }}@localhost", commands: [[PING]] }\n    effect: read', 'redis.url'],
    [
      'sql: { database: "postgres://u:${{ outputs.token }}@localhost/d", statements: [{ text: select 1 }] }\n    effect: read',
      'sql.database',
    ],
    ['manual: type ${{ outputs.token }}', 'manual'],
    ['set: { copy: { type: string, value: "${{ outputs.token }}" } }', 'set.copy.value'],
    [
      'wait: { every: 1s, http: { url: "http://localhost/?t=${{ outputs.token }}" } }\n    expect: [facts.status == 200]',
      'http.url',
    ],
    ['runbook: { id: arq/inner, parameters: { given: "${{ outputs.token }}" } }', 'runbook.parameters.given'],
    ['run: [ls]\n    effect: read\n    when: outputs.token != ""', 'a condition'],
    ['run: [ls]\n    effect: read\n    expect: [facts.stdout == outputs.token]', 'an expectation'],
    [
      'run: [ls]\n    effect: read\n    expect: [{ that: facts.exitCode == 0, message: "${{ outputs.token }}" }]',
      'a message',
    ],
    ['run: [ls]\n    effect: read\n    capture: { copy: { type: string, value: outputs.token } }', 'an output'],
  ])('is refused in %s', async (call, place) => {
    expect(await problemsAfterLogin(`  - id: use\n    ${call}\n`)).toEqual([
      expect.stringContaining(`secret-place: outputs.token is a secret, which ${place} must not contain`),
    ])
  })

  it.each(['outputs["token"]', 'outputs', '[outputs]', '{"a": outputs}'])(
    'is not read around as %s',
    async (expression) => {
      const found = await problemsAfterLogin(
        `  - id: use\n    run: [echo, '\${{ string(${expression}) }}']\n    effect: read\n`,
      )
      expect(found).toHaveLength(1)
    },
  )

  it.each([
    ['manual: look', 'a step of kind manual cannot capture a secret'],
    ['check: arq/a', 'a step of kind check cannot capture a secret'],
    [
      'wait: { every: 1s, http: { url: "http://localhost/" } }\n    expect: [facts.status == 200]',
      'a step of kind wait cannot capture a secret',
    ],
    ['run: { argv: [a], leaves-running: true }\n    effect: once', 'goes through a file'],
  ])('is not captured by %s', async (call, message) => {
    const found = await problemsAfterLogin(
      `  - id: give\n    ${call}\n    capture: { other: { type: secret, value: '"x"' } }\n`,
    )
    expect(found.join('\n')).toContain(message)
  })

  it('is text, and no value of a step of values', async () => {
    const found = await problemsAfterLogin(`  - id: give
    run: [ls]
    effect: read
    capture: { other: { type: secret, value: facts.exitCode } }
  - id: values
    set: { third: { type: secret, value: abc } }
`)
    expect(found).toEqual([
      '12 output-type: the expression gives int, but other is of type secret',
      '14 secret-output: a value cannot be a secret: capture it where it comes from',
    ])
  })
})
