import { describe, expect, it } from 'vitest'
import { load, problemsOf } from './books.js'

/** The problems of a runbook of these steps. */
const problemsOfSteps = async (steps: string, parameters = '') =>
  (await load({ 'arq/one.yaml': `title: one\n${parameters}steps:\n${steps}` })).diagnostics.map(
    ({ code, message }) => `${code}: ${message}`,
  )

describe('a good runbook', () => {
  it('is compiled whole', async () => {
    const { runbooks, diagnostics } = await load({
      'README.md': '# passed over',
      'arq/inner.yaml':
        'title: inner\nparameters:\n  token: { type: secret, variable: TOKEN, description: x }\n  word: { type: string, description: x, default: w }\nsteps:\n  - id: a\n    run: { argv: [env], environment: { T: "${{ params.token }}" } }\n    effect: read\n',
      'arq/outer.yaml': `title: outer
target: \${{ params.host }}
parameters:
  host: { type: host, description: x, default: localhost }
  token: { type: secret, description: x }
steps:
  - id: last
    needs: [first]
    run: [echo, "\${{ outputs.found }}"]
    effect: once
    verify: { wait: { every: 1s, tcp: { host: "\${{ params.host }}", port: 80 } }, expect: [facts.open], timeout: 5s }
    undo: { run: [echo, undone] }
  - id: first
    needs: []
    run: [echo, x]
    effect: read
    capture: { found: { type: string, value: facts.stdout } }
  - id: inner
    needs: [last]
    runbook: { id: arq/inner, parameters: { token: "\${{ params.token }}", word: "\${{ outputs.found }}" } }
  - id: pick
    choose: { by: a, options: { a: { steps: [{ id: x, run: [ls], effect: read }] }, b: { steps: [{ id: x, run: [ls], effect: read }] } } }
`,
    })
    expect(diagnostics).toEqual([])
    const outer = runbooks!.get('arq/outer')!
    expect(outer.steps.map(({ id }) => id)).toEqual(['first', 'last', 'inner', 'pick'])
    const last = outer.steps[1]!
    expect(last).toMatchObject({
      effect: 'once',
      timeout: 60_000,
      retry: { attempts: 1 },
      verify: { timeout: 5000, effect: 'read' },
      undo: { effect: 'idempotent' },
    })
    expect(last.action.filled).toEqual([{ path: [1], isLeading: true }])
    expect(outer.steps[3]!.alternatives.map(({ name, steps }) => [name, steps.length])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
  })
})

describe('twenty mistakes at once', () => {
  it('are all reported, each with its place', async () => {
    const text = `title: wrong
unknwon: 1
on-failure: maybe
parameters:
  Bad: { type: string, description: x }
  mode: { type: enum, description: x }
  token: { type: secret, description: x, default: abc }
  count: { type: integer, description: x, default: many, variable: X }
steps:
  - id: a
    run: [ls]
  - id: a
    run: [ls]
    effect: read
  - id: b
    rnu: [ls]
  - id: c
    run: [ls]
    manual: look
    effect: read
  - id: d
    run: [ls, "\${{ params.token }}"]
    effect: sometimes
    needs: [nowhere]
  - id: e
    run: [ls]
    effect: once
    retry: { attempts: 3 }
    when: params.count
  - id: f
    wait: { every: 1s, tcp: { host: h, port: 1 } }
  - id: g
    run: { shell: 'echo \${{ params.count }}' }
    effect: read
    undo: { run: [ls] }
  - id: h
    runbook: arq/nowhere
  - id: i
    run: [ls]
    effect: read
    expect: [facts.exitcode == 0, "true", facts.exitCode == "0"]
    capture: { out: { type: integer, value: facts.stdout } }
`
    const problems = await problemsOf({ 'arq/wrong.yaml': text })
    expect(problems).toEqual([
      'books/arq/wrong.yaml:2 unknown-key: unknown key unknwon (known: title, description, source, target, lock, on-failure, checklist, schedule, departures, parameters, requires, steps, after-undo)',
      'books/arq/wrong.yaml:3 invalid-value: on-failure: expected one of stop, undo',
      'books/arq/wrong.yaml:5 parameter-name: Bad cannot be the name of a parameter: use lower-case letters, digits and _',
      'books/arq/wrong.yaml:6 missing-key: values is missing',
      'books/arq/wrong.yaml:7 secret-default: a secret cannot have a default: it would be readable in the file',
      'books/arq/wrong.yaml:8 parameter-default: the default of count must be a whole number',
      'books/arq/wrong.yaml:8 parameter-field: variable belongs to a parameter of type secret, but count is of type integer',
      'books/arq/wrong.yaml:10 missing-key: effect is missing: what does this run change? (read: nothing; idempotent: it may be repeated; once: it must happen at most once)',
      'books/arq/wrong.yaml:12 duplicate-id: duplicate step a',
      expect.stringContaining(
        'books/arq/wrong.yaml:16 unknown-key: unknown key rnu: neither a property of a step nor a kind of action',
      ) as string,
      'books/arq/wrong.yaml:19 several-actions: a step must have exactly one action; found run and manual',
      expect.stringContaining(
        'books/arq/wrong.yaml:22 secret-place: params.token is a secret, which run[1] must not contain',
      ) as string,
      'books/arq/wrong.yaml:23 invalid-value: effect: expected one of read, idempotent, once',
      'books/arq/wrong.yaml:24 unknown-need: no step nowhere in this list',
      'books/arq/wrong.yaml:28 retry-once: a step that must happen at most once cannot be retried',
      'books/arq/wrong.yaml:29 not-boolean: the expression is of type int; expected true or false',
      'books/arq/wrong.yaml:30 missing-key: expect is missing: it says what the facts of the probe must be',
      expect.stringContaining(
        'books/arq/wrong.yaml:33 template-in-literal: run.shell is read by an interpreter and must not contain expressions',
      ) as string,
      'books/arq/wrong.yaml:35 nothing-to-undo: a step that changes nothing cannot have undo',
      'books/arq/wrong.yaml:37 unknown-runbook: unknown runbook arq/nowhere',
      expect.stringContaining('books/arq/wrong.yaml:41 unknown-name: unknown fact exitcode') as string,
      expect.stringContaining('books/arq/wrong.yaml:41 unobserved-expectation') as string,
      expect.stringContaining('books/arq/wrong.yaml:41 expression') as string,
      'books/arq/wrong.yaml:42 output-type: the expression gives string, but out is of type integer',
    ])
  })
})

describe('what runbooks need of each other', () => {
  it.each([
    [
      'a circle',
      {
        'arq/a.yaml': 'title: a\nsteps: [{ id: x, runbook: arq/b }]',
        'arq/b.yaml': 'title: b\nsteps: [{ id: x, runbook: arq/a }]',
      },
      'these runbooks include each other in a circle: arq/a → arq/b → arq/a',
    ],
    [
      'a runbook that there is none of',
      { 'arq/a.yaml': 'title: a\nsteps: [{ id: x, runbook: arq/b }]' },
      'unknown runbook arq/b',
    ],
    [
      'a missing parameter',
      {
        'arq/a.yaml': 'title: a\nsteps: [{ id: x, runbook: arq/b }]',
        'arq/b.yaml':
          'title: b\nparameters: { p: { type: string, description: x } }\nsteps: [{ id: x, run: [ls], effect: read }]',
      },
      'arq/b requires the parameter p',
    ],
    [
      'an unknown parameter',
      {
        'arq/a.yaml': 'title: a\nsteps: [{ id: x, runbook: { id: arq/b, parameters: { q: 1 } } }]',
        'arq/b.yaml': 'title: b\nsteps: [{ id: x, run: [ls], effect: read }]',
      },
      'arq/b has no parameter q',
    ],
    [
      'a secret for what is none',
      {
        'arq/a.yaml':
          'title: a\nparameters: { s: { type: secret, description: x } }\nsteps: [{ id: x, runbook: { id: arq/b, parameters: { p: "${{ params.s }}" } } }]',
        'arq/b.yaml':
          'title: b\nparameters: { p: { type: string, description: x } }\nsteps: [{ id: x, run: [ls], effect: read }]',
      },
      'params.s is a secret, but the parameter p of arq/b is not',
    ],
    [
      'a written secret',
      {
        'arq/a.yaml': 'title: a\nsteps: [{ id: x, runbook: { id: arq/b, parameters: { p: plain } } }]',
        'arq/b.yaml':
          'title: b\nparameters: { p: { type: secret, description: x } }\nsteps: [{ id: x, run: [ls], effect: read }]',
      },
      'the parameter p of arq/b is a secret, which cannot be written here',
    ],
    [
      'a value of another type',
      {
        'arq/a.yaml': 'title: a\nsteps: [{ id: x, runbook: { id: arq/b, parameters: { p: many } } }]',
        'arq/b.yaml':
          'title: b\nparameters: { p: { type: integer, description: x } }\nsteps: [{ id: x, run: [ls], effect: read }]',
      },
      'the parameter p of arq/b must be a whole number',
    ],
    [
      'an expression of another type',
      {
        'arq/a.yaml':
          'title: a\nparameters: { q: { type: boolean, description: x } }\nsteps: [{ id: x, runbook: { id: arq/b, parameters: { p: "${{ params.q }}" } } }]',
        'arq/b.yaml':
          'title: b\nparameters: { p: { type: integer, description: x } }\nsteps: [{ id: x, run: [ls], effect: read }]',
      },
      'the parameter p of arq/b must be int, but the expression gives bool',
    ],
    [
      'a time limit for another runbook',
      {
        'arq/a.yaml': 'title: a\nsteps: [{ id: x, runbook: arq/b, timeout: 1s }]',
        'arq/b.yaml': 'title: b\nsteps: [{ id: x, run: [ls], effect: read }]',
      },
      'timeout would not apply to the steps of the other runbook',
    ],
  ])('%s is refused', async (_what, files, message) => {
    expect((await problemsOf(files)).join('\n')).toContain(message)
  })
})

describe('a choice', () => {
  const options =
    'options: { a: { steps: [{ id: x, run: [ls], effect: read }] }, b: { steps: [{ id: x, run: [ls], effect: read }] } }'
  const parameters = 'parameters:\n  how: { type: enum, values: [a, c], description: x }\n'
  it.each([
    ['of what is not an alternative', `  - id: a\n    choose: { by: c, ${options} }\n`, 'unknown alternative c'],
    [
      'by a parameter with a value of its own',
      `  - id: a\n    choose: { by: "\${{ params.how }}", ${options} }\n`,
      'params.how may be c, which is not one of the alternatives',
    ],
    [
      'between what an expression gives',
      '  - id: a\n    choose: { by: a, options: "${{ params.how }}" }\n',
      'the alternatives must be written out; they cannot come from an expression',
    ],
  ])('%s is refused', async (_what, steps, message) => {
    expect((await problemsOfSteps(steps, parameters)).join('\n')).toContain(message)
  })
})

it('refuses an expression that gives the mapping that would contain a script', async () => {
  expect(
    (
      await problemsOfSteps(
        `  - id: a\n    run: "\${{ {'shell': params.p} }}"\n    effect: read\n`,
        'parameters:\n  p: { type: string, description: x }\n',
      )
    ).join('\n'),
  ).toContain('template-in-literal')
})

describe('outputs', () => {
  const capture = '    capture: { found: { type: string, value: facts.stdout } }\n'
  it.each([
    [
      'read before they are captured',
      `  - id: a\n    run: [echo, "\${{ outputs.found }}"]\n    effect: read\n  - id: b\n    run: [ls]\n    effect: read\n${capture}`,
      'output-too-early: outputs.found is not captured before this step',
    ],
    [
      'that is not captured',
      '  - id: a\n    run: [echo, "${{ outputs.found }}"]\n    effect: read\n',
      'unknown-name: outputs has no member found',
    ],
    [
      'captured twice',
      `  - id: a\n    run: [ls]\n    effect: read\n${capture}  - id: b\n    run: [ls]\n    effect: read\n${capture}`,
      'duplicate-output: the output found is already captured',
    ],
  ])('%s are refused', async (_what, steps, message) => {
    expect(await problemsOfSteps(steps)).toContain(message)
  })
})

describe('a secret parameter', () => {
  const parameters = 'parameters:\n  token: { type: secret, description: x }\n'
  it.each([
    ['in a condition', '  - id: a\n    run: [ls]\n    effect: read\n    when: params.token == "x"\n'],
    ['in an expectation', '  - id: a\n    run: [ls]\n    effect: read\n    expect: [facts.stdout == params.token]\n'],
    [
      'in a message',
      '  - id: a\n    run: [ls]\n    effect: read\n    expect: [{ that: facts.exitCode == 0, message: "${{ params.token }}" }]\n',
    ],
    [
      'in an output',
      '  - id: a\n    run: [ls]\n    effect: read\n    capture: { x: { type: string, value: facts.stdout + params.token } }\n',
    ],
    ['in a value that is set', '  - id: a\n    set: { x: { type: string, value: "${{ params.token }}" } }\n'],
    ['in an argument', '  - id: a\n    run: { shell: ls, arguments: ["x${{ params.token }}"] }\n    effect: read\n'],
    [
      'in a statement’s value',
      '  - id: a\n    sql: { database: "${{ params.token }}", statements: [{ text: SELECT 1, values: ["${{ params.token }}"] }] }\n    effect: read\n',
    ],
    ['in an undo', '  - id: a\n    run: [ls]\n    effect: once\n    undo: { run: [echo, "${{ params.token }}"] }\n'],
    [
      'in an alternative',
      '  - id: a\n    choose: { by: a, options: { a: { steps: [{ id: x, run: [echo, "${{ params.token }}"], effect: read }] }, b: { steps: [{ id: x, run: [ls], effect: read }] } } }\n',
    ],
  ])('%s is refused', async (_where, steps) => {
    expect((await problemsOfSteps(steps, parameters)).join()).toContain('secret-place')
  })

  it.each([
    [
      'a variable of a program',
      '  - id: a\n    run: { argv: [ls], environment: { T: "${{ params.token }}" } }\n    effect: read\n',
    ],
    [
      'a header',
      '  - id: a\n    http: { url: "http://h/", method: GET, headers: { authorization: "Bearer ${{ params.token }}" } }\n    effect: read\n',
    ],
    [
      'a database',
      '  - id: a\n    sql: { database: "${{ params.token }}", statements: [{ text: SELECT 1 }] }\n    effect: read\n',
    ],
  ])('may be %s', async (_where, steps) => {
    expect(await problemsOfSteps(steps, parameters)).toEqual([])
  })
})

it.each([
  ['a folder without runbooks', { 'README.md': '' }, 'the folder holds no runbooks'],
  ['a file beside the systems', { 'one.yaml': 'title: x' }, 'a runbook must be in the folder of its system'],
  ['an empty file', { 'arq/one.yaml': '' }, 'the file holds no definitions'],
  ['no steps', { 'arq/one.yaml': 'title: x\nsteps: []' }, 'steps'],
  [
    'a circle of steps',
    {
      'arq/one.yaml':
        'title: x\nsteps: [{ id: a, needs: [b], run: [ls], effect: read }, { id: b, needs: [a], run: [ls], effect: read }]',
    },
    'the needs of these steps form a circle: a → b → a',
  ],
])('%s is refused', async (_what, files, message) => {
  expect((await problemsOf(files)).join('\n')).toContain(message)
})
