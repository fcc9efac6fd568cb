import { expect, it } from 'vitest'
import { load } from './books.js'

it('a required program is looked for by its name, and not beside the file of the runbook', async () => {
  const { runbooks, diagnostics } = await load({
    'arq/one.yaml': `title: t
requires:
  - program: bash
  - program: { name: ./run.sh, cwd: /srv/bus }
  - file: here.txt
steps:
  - { id: a, run: [ls], effect: read }
`,
  })
  expect(diagnostics).toEqual([])
  const inputs = runbooks!.get('arq/one')!.requires.map(({ input }) => input.resolve({}))
  expect(inputs).toEqual(['bash', { name: './run.sh', cwd: '/srv/bus' }, expect.stringMatching(/\/arq\/here\.txt$/)])
})
